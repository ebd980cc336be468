-- Machines healthy at the end of the period against the four denominators.
-- grain: one row per denominator
-- key: denominator
with counted as (
  select replace(figure, 'machines_', '') as denominator, cast(value as integer) as machines
  from ledger.figure
  where figure in ('machines_inventory', 'machines_billed', 'machines_endpoint', 'machines_in_scope')
),
healthy as (
  select replace(figure, 'healthy_', '') as denominator, cast(value as integer) as healthy
  from ledger.figure
  where figure in ('healthy_inventory', 'healthy_billed', 'healthy_endpoint', 'healthy_in_scope')
),
known as (
  select max(case when value is not null then 1 else 0 end) as is_known from ledger.figure where figure = 'machine_coverage'
),
final as (
  select c.denominator, c.machines, h.healthy, c.machines - h.healthy as gap,
         case when k.is_known = 1 then amount(amount_ratio(amount(h.healthy), amount(c.machines)) * 100) end as healthy_percent
  from counted c
  join healthy h on h.denominator = c.denominator
  cross join known k
)
select * from final
order by case denominator when 'inventory' then 1 when 'billed' then 2 when 'endpoint' then 3 else 4 end
