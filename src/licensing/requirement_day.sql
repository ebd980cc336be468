-- The daily series of machines to license, by route (see machine_route and requirement_hour).
-- machines: distinct machines of that day, which add up over the routes; peak_machines: the most at once, with the hour;
-- mean_machines: over the day's 24 hours.
-- grain: one row per route, population and day of the period
-- key: route, population, day
with present as (
  select route, day, is_short_lived, sum(machines) as machines from licensing.machine_route group by route, day, is_short_lived
),
distinct_count as (
  select route, 'all' as population, day, sum(machines) as machines from present group by route, day
  union all
  select route, 'lasting', day, sum(machines) from present where not is_short_lived group by route, day
  union all
  select 'server', 'all', day, sum(machines) from present where route <> 'user_licence' group by day
  union all
  select 'server', 'lasting', day, sum(machines) from present where route <> 'user_licence' and not is_short_lived group by day
),
ranked as (
  select *, row_number() over (partition by route, population, day order by machines desc, hour_at) as highest from licensing.requirement_hour
),
peak as (
  select route, population, day, max(machines) as peak_machines, max(case when highest = 1 then hour_at end) as peak_hour_at,
         amount_ratio(amount(sum(machine_seconds)), amount(86400)) as mean_machines
  from ranked
  group by route, population, day
),
final as (
  select p.route, p.population, p.day, cast(coalesce(d.machines, 0) as bigint) as machines, p.peak_machines, p.peak_hour_at, p.mean_machines
  from peak p
  left join distinct_count d on d.route = p.route and d.population = p.population and d.day = p.day
)
select * from final
