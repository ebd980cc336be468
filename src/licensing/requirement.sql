-- What licences would have to cover in the period, by route: the peak with its hour and day, the 95th percentile of the
-- hourly peaks, the mean, and the last hour. counting: how an order counts them, `peak` (server licences: the most that
-- were in use) or `point_in_time` (user licences and suites: the number on the day of the order).
-- grain: one row per route and population
-- key: route, population
with ranked as (
  select *, row_number() over (partition by route, population order by machines desc, hour_at) as highest,
         row_number() over (partition by route, population order by hour_at desc) as latest,
         row_number() over (partition by route, population order by machines, hour_at) as place,
         count(*) over (partition by route, population) as hours
  from licensing.requirement_hour
),
final as (
  select route, population, case when route = 'user_licence' then 'point_in_time' else 'peak' end as counting,
         max(machines) as peak_machines, max(case when highest = 1 then hour_at end) as peak_hour_at, max(case when highest = 1 then day end) as peak_day,
         min(case when place * 100 >= hours * 95 then machines end) as percentile_95_machines,
         amount_ratio(amount(sum(machine_seconds)), amount(max(hours) * 3600)) as mean_machines,
         max(case when latest = 1 then machines end) as machines_at_end
  from ranked
  group by route, population
)
select * from final
