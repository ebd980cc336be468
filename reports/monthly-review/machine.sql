-- Each machine with its hours and money of the period, those with most hours on without a healthy sensor first: at most
-- 10,000 rows. A machine that was billed in two currencies has a row for each; every second stands in one of them.
-- machines: how many rows there are in all. unhealthy_hours: running, sensor unhealthy. evidence: the weakest of its time on.
-- grain: one row per machine and currency
-- key: machine_number, billing_currency
with time_and_money as (
  select machine_number, billing_currency,
         sum(case when power in ('running', 'stopped') then seconds else 0 end) as on_seconds,
         sum(case when power = 'running' and health = 'healthy' then seconds else 0 end) as healthy_seconds,
         sum(case when power = 'running' and health = 'unhealthy' then seconds else 0 end) as unhealthy_seconds,
         max(case when power not in ('running', 'stopped') then 0 when evidence = 'observed' then 1 when evidence = 'inferred' then 2 when evidence = 'assumed' then 3 else 4 end) as weakest,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.machine_total
  where machine_number is not null
  group by machine_number, billing_currency
),
ranked as (
  select t.*, row_number() over (order by t.unhealthy_seconds desc, t.billed_hours desc nulls last, t.on_seconds desc, t.machine_number, t.billing_currency nulls last) as position,
         count(*) over () as machines
  from time_and_money t
),
final as (
  select r.machine_number, r.billing_currency, cast(r.position as integer) as position, cast(r.machines as integer) as machines,
         coalesce(m.name, m.machine_id) as name, coalesce(m.subscription_name, m.subscription_id) as subscription, m.owner,
         hours_of_seconds(cast(r.on_seconds as bigint)) as on_hours, hours_of_seconds(cast(r.healthy_seconds as bigint)) as healthy_hours,
         hours_of_seconds(cast(r.unhealthy_seconds as bigint)) as unhealthy_hours, r.billed_hours, r.cost,
         case r.weakest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' when 4 then 'none' end as evidence
  from ranked r
  left join ledger.machine m on m.machine_number = r.machine_number
  where r.position <= 10000
)
select * from final order by position
