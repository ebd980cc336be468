-- Coverage of machines at the period's end, against four denominators: how many each counts, and how many are healthy.
-- grain: one row per denominator
-- key: denominator
with listed as (
  select 'applicable' as denominator
  union all select 'inventory' union all select 'billed' union all select 'endpoint' union all select 'in_scope'
),
final as (
  select d.denominator, count(c.machine_number) as machines, coalesce(sum(case when c.health = 'healthy' then 1 else 0 end), 0) as healthy
  from listed d
  left join ledger.machine_counted c on c.denominator = d.denominator
  group by d.denominator
)
select * from final
