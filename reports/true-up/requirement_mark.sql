-- The requirement on the anniversary of each term and 30 and 60 days before, as far as the period covers these days: servers that
-- need a server licence, and client systems that need a user licence.
-- grain: one row per renewal date, days before it and route
-- key: renews_on, days_before, route
with final as (
  select a.renews_on, cast(a.days_before as integer) as days_before, a.day, a.route, a.counting, cast(a.machines as integer) as machines, a.reason
  from licensing.requirement_at a
  where a.population = 'all' and a.route in ('server_licence', 'user_licence')
)
select * from final order by renews_on, route, days_before desc
