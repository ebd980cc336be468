-- severity: broken
-- On every day each server has one route: the routes add up to all servers.
with summed as (
  select population, day, sum(case when route in ('hourly', 'server_licence', 'none') then machines else 0 end) as by_route,
         sum(case when route = 'server' then machines else 0 end) as servers
  from licensing.requirement_day
  group by population, day
),
final as (
  select cast(day as varchar) || ', ' || population as subject, 'the routes do not add up to all servers' as message,
         'servers ' || cast(servers as varchar) || ', routes ' || cast(by_route as varchar) as evidence
  from summed
  where by_route <> servers
)
select * from final
