-- How many machines exist at once in each UTC hour, on or off, by the route that licenses them that day (machine_route).
-- `server` is every server, whatever its route: what a move of the whole fleet to server licences would have to cover.
-- population: `all`, or `lasting` without short-lived machines (scale sets, machines removed within days of being made).
-- machines: the most at one moment of the hour; machine_seconds: machines × seconds, for means.
-- grain: one row per route, population and hour of the period
-- key: route, population, hour_at
with placed as (
  select route, 'all' as population, from_at, until_at, machines from licensing.machine_route
  union all
  select route, 'lasting', from_at, until_at, machines from licensing.machine_route where not is_short_lived
  union all
  select 'server', 'all', from_at, until_at, machines from licensing.machine_route where route <> 'user_licence'
  union all
  select 'server', 'lasting', from_at, until_at, machines from licensing.machine_route where route <> 'user_licence' and not is_short_lived
),
kind as (
  select r.route, p.population
  from (select 'hourly' as route union all select 'server_licence' union all select 'none' union all select 'user_licence' union all select 'server') r
  cross join (select 'all' as population union all select 'lasting') p
),
hour as (
  select unnest(hours_between(from_at, until_at)) as hour_at from config.period
),
change as (
  select route, population, from_at as change_at, machines as delta from placed
  union all
  select route, population, until_at, 0 - machines from placed
  union all
  select k.route, k.population, h.hour_at, 0 from kind k cross join hour h
),
net as (
  select route, population, change_at, sum(delta) as delta from change group by route, population, change_at
),
counted as (
  select route, population, change_at,
         sum(delta) over (partition by route, population order by change_at rows unbounded preceding) as machines,
         lead(change_at) over (partition by route, population order by change_at) as next_at
  from net
),
final as (
  select c.route, c.population, integer_quotient(c.change_at, 3600) * 3600 as hour_at, day_of(c.change_at) as day,
         cast(max(c.machines) as bigint) as machines, cast(sum(c.machines * (coalesce(c.next_at, p.until_at) - c.change_at)) as bigint) as machine_seconds
  from counted c
  cross join config.period p
  where c.change_at < p.until_at
  group by c.route, c.population, integer_quotient(c.change_at, 3600), day_of(c.change_at)
)
select * from final
