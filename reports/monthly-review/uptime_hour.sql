-- Machine-hours on (running) in each UTC clock hour of the last 31 days of the period: the seconds of running segments that
-- overlap the hour. Days known by compute hours alone have no position and are left out here (`uptime.sql` counts them).
-- Machines on through a whole hour are counted by running sums over the segments' ends, so the cost does not grow with hours.
-- grain: one row per day and hour
-- key: day, hour
with window_ as (
  select greatest(from_at, until_at - 31 * 86400) as from_at, until_at from config.period
),
segment as (
  select greatest(s.from_at, w.from_at) as from_at, least(s.until_at, w.until_at) as until_at
  from ledger.power s
  cross join window_ w
  where s.power = 'running' and s.on_seconds is null and s.from_at < w.until_at and w.from_at < s.until_at
),
edge as (
  select integer_quotient(from_at, 3600) as first_hour, integer_quotient(until_at - 1, 3600) as last_hour, from_at, until_at from segment
),
piece as (
  select first_hour as hour_number, cast(least(until_at, (first_hour + 1) * 3600) - from_at as bigint) as seconds, 0 as delta from edge
  union all select last_hour, cast(until_at - last_hour * 3600 as bigint), 0 from edge where last_hour > first_hour
  union all select first_hour + 1, 0, 1 from edge where last_hour > first_hour + 1
  union all select last_hour, 0, -1 from edge where last_hour > first_hour + 1
),
day as (
  select unnest(days_between(day_of(from_at), day_of(until_at - 1))) as day from window_
),
hour as (
  select d.day, h.hour, integer_quotient(day_at(d.day), 3600) + h.hour as hour_number
  from day d
  cross join (select unnest(whole_numbers(0, 23)) as hour) h
),
summed as (
  select hour_number, sum(seconds) as seconds, sum(delta) as delta from piece group by hour_number
),
whole as (
  select h.day, h.hour, coalesce(s.seconds, 0) as seconds,
         coalesce(sum(s.delta) over (order by h.hour_number rows unbounded preceding), 0) as machines
  from hour h
  left join summed s on s.hour_number = h.hour_number
),
final as (
  select day, cast(hour as integer) as hour, hours_of_seconds(cast(seconds + machines * 3600 as bigint)) as machine_hours from whole
)
select * from final order by day, hour
