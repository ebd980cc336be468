-- The daily peak of servers in the period: all of them, and those that nothing but a server licence covers; with the day on which
-- each was highest first, and the server licences owned. nth: the day of the period, from 1.
-- grain: one row per route and day
-- key: route, day
with owned as (
  select coalesce(sum(enabled_units), 0) as units from licensing.entitlement where covers = 'server'
),
ranked as (
  select d.route, d.day, d.peak_machines, row_number() over (partition by d.route order by d.peak_machines desc, d.day) as highest,
         row_number() over (partition by d.route order by d.day) as nth
  from licensing.requirement_day d
  where d.population = 'all' and d.route in ('server', 'server_licence')
),
final as (
  select r.route, r.day, cast(r.nth as integer) as nth, cast(r.peak_machines as integer) as machines, case when r.highest = 1 then true else false end as is_peak,
         cast(o.units as integer) as owned
  from ranked r
  cross join owned o
)
select * from final order by route, day
