-- A charge: one line of a cost export that belongs to Defender for Servers and to the period, with the machine it
-- lands on. Negative lines keep their sign. A machine-grain charge belongs to the owner of its resource id that day;
-- where the id changed hands that day, to the owner with the most billable seconds, then to the later one. A charge of
-- direct onboarding names the device itself.
-- grain: one row per cost line of the period
-- key: charge_id
with line as (
  select d.*, case when d.grain = 'machine' then d.resource_id end as machine_resource_id
  from ledger.defender_line d
  join config.period p on d.charge_day >= p.from_day and d.charge_day < p.until_day
  left join config.subscription_filter f on f.subscription_id = d.subscription_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
),
-- most ids mean one machine for good
only_owner as (
  select resource_id, max(machine_number) as machine_number, max(from_at) as from_at, max(until_at) as until_at
  from ledger.machine_identity
  group by resource_id
  having count(*) = 1
),
several_owners as (
  select resource_id from ledger.machine_identity group by resource_id having count(*) > 1
),
charged_day as (
  select distinct l.resource_id, l.charge_day as day
  from ledger.defender_line l
  join several_owners v on v.resource_id = l.resource_id
  where l.grain = 'machine'
),
day_owner as (
  select x.resource_id, x.day, i.machine_number,
         row_number() over (partition by x.resource_id, x.day
                            order by coalesce(b.billable_seconds, 0) desc, i.from_at desc, i.machine_number desc) as choice
  from charged_day x
  join ledger.machine_identity i on i.resource_id = x.resource_id
  left join ledger.power_day b on b.machine_number = i.machine_number and b.day = x.day
  where i.from_at < day_at(x.day) + 86400 and day_at(x.day) < i.until_at
),
direct_device as (
  select device_id, coalesce(max(machine_number), min(device_number)) as machine_number
  from ledger.endpoint_match
  where machine_number is not null or status = 'unmatched'
  group by device_id
),
final as (
  select l.cost_line_id as charge_id, m.machine_number,
         l.grain, l.charge_day as day, l.plan, l.meter, l.hours, l.billed_cost, l.effective_cost, l.cost, l.cost_basis, l.list_cost,
         l.unit_price, l.list_unit_price, l.billing_currency, l.is_correction, l.charge_category,
         l.subscription_id, l.resource_id, l.resource_id_display, l.file_id, l.row_number
  from line l
  left join only_owner o on o.resource_id = l.machine_resource_id and o.from_at < day_at(l.charge_day) + 86400 and day_at(l.charge_day) < o.until_at
  left join day_owner y on y.resource_id = l.machine_resource_id and y.day = l.charge_day and y.choice = 1
  left join direct_device v on v.device_id = direct_onboarding_device(l.resource_id)
  left join ledger.machine m on m.machine_number = coalesce(o.machine_number, y.machine_number, v.machine_number)
)
select * from final
