-- Machines that licences would have to cover, counted at once, on or off: peak with its day, 95th percentile of time, mean
-- and the number at the end of the period. `servers`, `lasting_servers` (without scale-set instances) and `clients` as
-- licensing counts them; `without_charge`: servers with a sensor on days on which no hourly charge pays for it, or only the meter
-- of owned licences (route server_licence of licensing.requirement).
-- grain: one row per population
-- key: population
with final as (
  select counted as population, cast(machines as integer) as peak, peak_day, cast(percentile_95_machines as integer) as p95, mean_machines as mean, cast(machines_at_end as integer) as at_end
  from licensing.peak
  where scope = 'estate'
  union all
  select 'without_charge', cast(peak_machines as integer), peak_day, cast(percentile_95_machines as integer), mean_machines, cast(machines_at_end as integer)
  from licensing.requirement
  where route = 'server_licence' and population = 'all'
)
select * from final
order by case population when 'without_charge' then 1 when 'servers' then 2 when 'lasting_servers' then 3 else 4 end
