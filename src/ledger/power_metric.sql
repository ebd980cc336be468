-- Stretches of hours for which the availability metric of a virtual machine has values: above 0 the machine ran, at 0 it was
-- stopped but still allocated (a stop from inside; deallocated machines have no value). An hour is observed where the hours
-- beside it say the same and all of it was one state; at the edges of a stretch, and where it was both, it is inferred.
-- grain: one row per machine and stretch of one state and evidence
-- key: machine_number, from_at
with hour as (
  select i.machine_number, a.hour_at, max(a.average) as average
  from normalise.availability a
  join ledger.machine_identity i on i.resource_id = a.resource_id and i.from_at <= a.hour_at and a.hour_at < i.until_at
  group by i.machine_number, a.hour_at
),
state as (
  select machine_number, hour_at, average, case when average > 0 then 'running' else 'stopped' end as power from hour
),
beside as (
  select machine_number, hour_at, average, power,
         lag(hour_at) over w as before_at, lag(power) over w as before_power,
         lead(hour_at) over w as after_at, lead(power) over w as after_power
  from state
  window w as (partition by machine_number order by hour_at)
),
judged as (
  select machine_number, hour_at, power,
         case when (average = 0 or average = 1)
               and before_at = hour_at - 3600 and before_power = power and after_at = hour_at + 3600 and after_power = power
              then 'observed' else 'inferred' end as evidence
  from beside
),
numbered as (
  -- hours of one stretch have the same distance from their place in it
  select *, hour_at - 3600 * row_number() over (partition by machine_number, power, evidence order by hour_at) as stretch from judged
),
final as (
  select machine_number, min(hour_at) as from_at, max(hour_at) + 3600 as until_at, power, evidence
  from numbered
  group by machine_number, power, evidence, stretch
)
select * from final
