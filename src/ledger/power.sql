-- The power timeline: gap-free over each machine's lifetime within the period; neighbours with the same state are one.
-- on_seconds: only for a day known by its compute hours alone, the billable seconds at unknown positions in the segment.
-- grain: one row per machine and segment
-- key: machine_number, from_at
with clipped as (
  select s.machine_number, greatest(s.from_at, m.alive_from_at) as from_at, least(s.until_at, m.alive_until_at) as until_at,
         s.power, s.evidence, s.on_seconds
  from ledger.power_life s
  join ledger.machine m on m.machine_number = s.machine_number
  where m.alive_from_at is not null and greatest(s.from_at, m.alive_from_at) < least(s.until_at, m.alive_until_at)
),
compared as (
  select *,
         case when power = lag(power) over w and evidence = lag(evidence) over w
               and on_seconds is null and lag(on_seconds) over w is null then 0 else 1 end as is_new
  from clipped
  window w as (partition by machine_number order by from_at)
),
numbered as (
  select *, sum(is_new) over (partition by machine_number order by from_at rows unbounded preceding) as run from compared
),
final as (
  select machine_number, min(from_at) as from_at, max(until_at) as until_at, min(power) as power, min(evidence) as evidence, min(on_seconds) as on_seconds
  from numbered
  group by machine_number, run
)
select * from final
