-- Machines that moved in the period: one machine (one vmId), both ids, and what was charged in the period on each.
-- moved_day: the first day on which bill, inventory or activity log names the new id. A move between tenants shows as a new machine, because nothing ties both: only support moves its sensor.
-- grain: one row per machine, move and currency
-- key: machine_number, moved_day, billing_currency
with several as (
  -- nearly every machine has one id all its life
  select machine_number from ledger.machine_identity where machine_id <> resource_id group by machine_number having count(distinct resource_id) > 1
),
trace as (
  -- a device record keeps the moments of its whole life, so it does not tell when an id began
  select i.machine_number, i.resource_id, max(i.resource_id_display) as resource_id_display, min(s.first_at) as first_at, max(s.last_at) as last_at
  from several v
  join ledger.machine_identity i on i.machine_number = v.machine_number
  join ledger.machine_source s on s.resource_id = i.resource_id and coalesce(s.vm_id, i.machine_id) = i.machine_id and s.source <> 'endpoint'
  where i.machine_id <> i.resource_id
  group by i.machine_number, i.resource_id
),
place as (
  select machine_number, resource_id, resource_id_display, lead(resource_id) over w as next_id, lead(resource_id_display) over w as next_id_display,
         day_of(lead(first_at) over w) as moved_day
  from trace
  window w as (partition by machine_number order by last_at, resource_id)
),
moved as (
  select p.machine_number, p.moved_day, p.resource_id as from_id, p.resource_id_display as from_id_display, p.next_id as to_id, p.next_id_display as to_id_display,
         case when id_subscription(p.resource_id) <> id_subscription(p.next_id) then 'subscription'
              when id_resource_group(p.resource_id) <> id_resource_group(p.next_id) then 'resource group' else 'name' end as move_of
  from place p
  cross join config.period d
  where p.next_id is not null and p.moved_day >= d.from_day and day_at(p.moved_day) < d.until_at
),
charged as (
  select c.machine_number, c.resource_id, c.billing_currency, amount(sum(c.cost)) as cost
  from (select distinct machine_number from moved) m
  join ledger.charge c on c.machine_number = m.machine_number
  group by c.machine_number, c.resource_id, c.billing_currency
),
currency as (
  -- without any charge one row, whose currency is not known
  select distinct m.machine_number, m.moved_day, c.billing_currency
  from moved m
  left join (
    select m.machine_number, m.moved_day, c.billing_currency
    from moved m
    join charged c on c.machine_number = m.machine_number
    where c.resource_id = m.from_id or c.resource_id = m.to_id
  ) c on c.machine_number = m.machine_number and c.moved_day = m.moved_day
),
final as (
  select m.machine_number, x.machine_id, m.moved_day, c.billing_currency, x.name, m.move_of, m.from_id_display, m.to_id_display, f.cost as cost_before, t.cost as cost_after
  from moved m
  join currency c on c.machine_number = m.machine_number and c.moved_day = m.moved_day
  join ledger.machine x on x.machine_number = m.machine_number
  left join charged f on f.machine_number = m.machine_number and f.resource_id = m.from_id and f.billing_currency = c.billing_currency
  left join charged t on t.machine_number = m.machine_number and t.resource_id = m.to_id and t.billing_currency = c.billing_currency
)
select * from final
