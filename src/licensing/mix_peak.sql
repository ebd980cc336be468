-- The moment of each estimate at which the servers that exist have the most hours among them: those servers cannot share a
-- licence, which mix_bound needs for its proof. None where no server follows another.
-- grain: one row per estimate and currency with servers that follow each other
-- key: estimate, billing_currency
with server as (
  select estimate, billing_currency, seconds, alive_from_at, alive_until_at
  from licensing.mix_machine
  where is_licensable and alive_until_at > alive_from_at
),
shared as (
  select distinct m.estimate, m.billing_currency
  from licensing.mix_chain c
  join licensing.mix_machine m on m.estimate = c.estimate and m.machine_number = c.machine_number
),
change as (
  select estimate, billing_currency, alive_from_at as change_at, seconds, 1 as starts from server
  union all
  select estimate, billing_currency, alive_until_at, 0 - seconds, 0 from server
),
net as (
  select estimate, billing_currency, change_at, sum(seconds) as seconds, max(starts) as has_start from change group by estimate, billing_currency, change_at
),
counted as (
  select estimate, billing_currency, change_at, has_start,
         sum(seconds) over (partition by estimate, billing_currency order by change_at rows unbounded preceding) as seconds_alive
  from net
),
ranked as (
  select c.estimate, c.billing_currency, c.change_at,
         row_number() over (partition by c.estimate, c.billing_currency order by c.seconds_alive desc, c.change_at desc) as choice
  from counted c
  join shared s on s.estimate = c.estimate and s.billing_currency = c.billing_currency
  where c.has_start = 1
),
final as (
  select estimate, billing_currency, change_at as peak_at from ranked where choice = 1
)
select * from final
