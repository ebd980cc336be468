-- Seconds of each power state of a machine on a day, and the clock hours its billable time touches (the upper end of
-- what a bill in whole clock hours may charge). For a day known by compute hours alone the touched hours are their
-- number, rounded up: their position is unknown.
-- grain: one row per machine and day of its life in the period
-- key: machine_number, day
with piece as (
  select machine_number, from_at, until_at, power, on_seconds, unnest(days_between(day_of(from_at), day_of(until_at - 1))) as day
  from ledger.power
),
cut as (
  select machine_number, day, power, on_seconds,
         greatest(from_at, day_at(day)) as from_at, least(until_at, day_at(day) + 86400) as until_at
  from piece
),
seconds as (
  select machine_number, day, power, from_at, until_at, on_seconds,
         coalesce(on_seconds, until_at - from_at) as state_seconds,
         until_at - from_at - coalesce(on_seconds, until_at - from_at) as rest_seconds,
         case when power in ('running', 'stopped') and on_seconds is null
              then integer_quotient(until_at - 1, 3600) - integer_quotient(from_at, 3600) + 1
              when power in ('running', 'stopped') then integer_quotient(on_seconds + 3599, 3600)
              else 0 end as touched_hours
  from cut
),
-- an hour can be counted twice only where a day has several billable pieces
several as (
  select machine_number, day
  from seconds
  where power in ('running', 'stopped') and on_seconds is null
  group by machine_number, day
  having count(*) > 1
),
billable as (
  select s.machine_number, s.day, s.from_at, s.until_at,
         lag(s.until_at) over (partition by s.machine_number, s.day order by s.from_at) as previous_until_at
  from seconds s
  join several v on v.machine_number = s.machine_number and v.day = s.day
  where s.power in ('running', 'stopped') and s.on_seconds is null
),
counted_twice as (
  select machine_number, day,
         sum(case when integer_quotient(previous_until_at - 1, 3600) = integer_quotient(from_at, 3600) then 1 else 0 end) as hours
  from billable
  group by machine_number, day
),
summed as (
  select machine_number, day,
         cast(sum(case when power = 'running' then state_seconds else 0 end) as bigint) as running_seconds,
         cast(sum(case when power = 'stopped' then state_seconds else 0 end) as bigint) as stopped_seconds,
         cast(sum(case when power = 'off' then state_seconds else 0 end) + sum(rest_seconds) as bigint) as off_seconds,
         cast(sum(case when power = 'unknown' then state_seconds else 0 end) as bigint) as unknown_seconds,
         cast(sum(touched_hours) as bigint) as touched_hours
  from seconds
  group by machine_number, day
),
final as (
  select s.machine_number, s.day, s.running_seconds, s.stopped_seconds, s.off_seconds, s.unknown_seconds,
         s.running_seconds + s.stopped_seconds as billable_seconds,
         cast(s.touched_hours - coalesce(c.hours, 0) as bigint) as clock_hours
  from summed s
  left join counted_twice c on c.machine_number = s.machine_number and c.day = s.day
)
select * from final
