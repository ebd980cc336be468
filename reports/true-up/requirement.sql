-- Machines that licences would have to cover, counted at once, on or off: peak with its day, 95th percentile of time, mean
-- and the number at the end of the period. `servers`, `lasting_servers` (without scale-set instances) and `clients` as
-- licensing counts them; `without_charge`: servers with a working or silent sensor and no charge in the whole period,
-- which nothing but a licence can cover.
-- grain: one row per population
-- key: population
with sensor as (
  select distinct machine_id from ledger.health where health = 'healthy' or issue = 'heartbeat'
),
charged as (
  select distinct machine_id from ledger.ledger where billing_currency is not null and machine_id is not null
),
server as (
  select m.alive_from_at, m.alive_until_at
  from ledger.machine m
  join sensor s on s.machine_id = m.machine_id
  left join charged c on c.machine_id = m.machine_id
  where m.in_licence_scope and m.alive_from_at is not null and c.machine_id is null
),
net as (
  select change_at, sum(delta) as delta
  from (
    select alive_from_at as change_at, 1 as delta from server
    union all select alive_until_at, -1 from server
    union all select from_at, 0 from config.period
  ) u
  group by change_at
),
segment as (
  select change_at as from_at, coalesce(lead(change_at) over (order by change_at), p.until_at) as until_at,
         sum(delta) over (order by change_at rows unbounded preceding) as machines
  from net
  cross join config.period p
  where change_at < p.until_at
),
ranked as (
  select *, until_at - from_at as seconds,
         row_number() over (order by machines desc, from_at) as highest, row_number() over (order by from_at desc) as latest,
         sum(until_at - from_at) over (order by machines, from_at rows unbounded preceding) as seconds_up_to,
         sum(until_at - from_at) over () as all_seconds
  from segment
),
uncharged as (
  select 'without_charge' as population, cast(max(case when highest = 1 then machines end) as integer) as peak, max(case when highest = 1 then day_of(from_at) end) as peak_day,
         cast(min(case when seconds_up_to * 100 >= all_seconds * 95 then machines end) as integer) as p95,
         amount_ratio(amount(sum(machines * seconds)), amount(max(all_seconds))) as mean,
         cast(max(case when latest = 1 then machines end) as integer) as at_end
  from ranked
),
final as (
  select counted as population, cast(machines as integer) as peak, peak_day, cast(percentile_95_machines as integer) as p95, mean_machines as mean, cast(machines_at_end as integer) as at_end
  from licensing.peak
  where scope = 'estate'
  union all
  select * from uncharged
)
select * from final
order by case population when 'without_charge' then 1 when 'servers' then 2 when 'lasting_servers' then 3 else 4 end
