-- severity: broken
-- The peak of a route is the highest of its daily peaks, no percentile or mean lies above it, and no day has more machines
-- at once than distinct ones.
with daily as (
  select route, population, max(peak_machines) as peak_machines, sum(case when peak_machines > machines then 1 else 0 end) as days_above
  from licensing.requirement_day
  group by route, population
),
final as (
  select r.route || ', ' || r.population as subject, 'the peak contradicts the days' as message,
         'peak ' || cast(r.peak_machines as varchar) || ', days ' || cast(d.peak_machines as varchar) || ', 95th percentile ' || cast(r.percentile_95_machines as varchar)
           || ', mean ' || amount_text(r.mean_machines) || ', days with more at once than there are ' || cast(d.days_above as varchar) as evidence
  from licensing.requirement r
  join daily d on d.route = r.route and d.population = r.population
  where r.peak_machines <> d.peak_machines or r.percentile_95_machines > r.peak_machines or r.mean_machines > amount(r.peak_machines) or d.days_above > 0
)
select * from final
