-- A charge: one line of a cost export that belongs to Defender for Servers and to the period, with the machine it
-- lands on. Negative lines keep their sign. A machine-grain charge belongs to the owner of its resource id that day;
-- where the id changed hands that day, to the owner with the most billable seconds, then to the later one. A charge of
-- direct onboarding names the device itself; one that stood for several machines in turn means the machine of the newest
-- listing up to the end of that day, of the first listing where there is none as old.
-- grain: one row per cost line of the period
-- key: charge_id
with resource as (
  select w.resource_key, w.resource_id, w.resource_id_display, coalesce(w.subscription_id, id_subscription(w.resource_id)) as subscription_id,
         direct_onboarding_device(w.resource_id) as device_id
  from ledger.billed_wording w
  where w.line_class = 'defender'
),
-- most ids mean one machine for good
only_owner as (
  select resource_id, max(machine_number) as machine_number
  from ledger.machine_identity
  group by resource_id
  having count(*) = 1
),
several_owners as (
  select resource_id from ledger.machine_identity group by resource_id having count(*) > 1
),
charged_day as (
  select distinct r.resource_id, l.charge_day as day
  from ledger.defender_line l
  join resource r on r.resource_key = l.resource_key
  join several_owners v on v.resource_id = r.resource_id
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
  select device_id, min(machine_number) as least_number, max(machine_number) as greatest_number, min(device_number) as own_number
  from ledger.endpoint_match
  where machine_number is not null or status = 'unmatched'
  group by device_id
),
device_day as (
  select distinct r.resource_key, r.device_id, l.charge_day as day
  from ledger.defender_line l
  join resource r on r.resource_key = l.resource_key
  join direct_device v on v.device_id = r.device_id and v.least_number < v.greatest_number
),
-- what comes after the day stands below zero, so that of it the first counts
day_device as (
  select x.resource_key, x.day, e.machine_number,
         row_number() over (partition by x.resource_key, x.day
                            order by case when e.first_at < day_at(x.day) + 86400 then e.first_at else -e.first_at end desc) as choice
  from device_day x
  join ledger.endpoint_match e on e.device_id = x.device_id and e.machine_number is not null
),
day_machine as (
  select r.resource_key, o.day, o.machine_number from day_owner o join resource r on r.resource_id = o.resource_id where o.choice = 1
  union all
  select resource_key, day, machine_number from day_device where choice = 1
),
place as (
  select r.*, o.machine_number as owner_number, coalesce(v.least_number, v.own_number) as device_number
  from resource r
  left join config.subscription_filter f on f.subscription_id = r.subscription_id
  left join only_owner o on o.resource_id = r.resource_id
  left join direct_device v on v.device_id = r.device_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
),
final as (
  select l.cost_line_id as charge_id, m.machine_number,
         l.grain, l.charge_day as day, l.plan, l.meter, l.hours, l.billed_cost, l.effective_cost, l.cost, l.cost_basis, l.list_cost,
         l.unit_price, l.list_unit_price, l.billing_currency, l.is_correction, l.charge_category,
         r.subscription_id, r.resource_id, r.resource_id_display, l.file_id, l.row_number
  from ledger.defender_line l
  join config.period p on l.charge_day >= p.from_day and l.charge_day < p.until_day
  join place r on r.resource_key = l.resource_key
  left join day_machine y on y.resource_key = l.resource_key and y.day = l.charge_day
  left join ledger.machine m
    on m.machine_number = coalesce(case when l.grain = 'machine' then coalesce(r.owner_number, y.machine_number) end, r.device_number)
)
select * from final
