-- The seconds of each machine-day by what they are (power, health, issue and evidence: `state`).
-- A day known by its compute hours alone shares them over the health pieces of the day in proportion to their length; what
-- truncation leaves over is fewer seconds than pieces: the longest have one more each, so that none is longer than it is.
-- grain: one row per machine, day and entry number
-- key: machine_number, day, entry_number
with piece as (
  select machine_number, from_at, until_at, state, unnest(days_between(day_of(from_at), day_of(until_at - 1))) as day
  from ledger.state_segment
),
cut as (
  select machine_number, day, state,
         greatest(from_at, day_at(day)) as from_at,
         least(until_at, day_at(day) + 86400) - greatest(from_at, day_at(day)) as seconds
  from piece
),
weighted_day as (
  select machine_number, from_at, until_at, on_seconds from ledger.power where on_seconds is not null
),
weighed as (
  select c.*, w.on_seconds,
         integer_quotient(c.seconds * w.on_seconds, w.until_at - w.from_at) as share_seconds,
         row_number() over (partition by c.machine_number, w.from_at order by c.seconds desc, c.from_at) as size_rank
  from cut c
  join weighted_day w on w.machine_number = c.machine_number and w.from_at <= c.from_at and c.from_at < w.until_at
),
leftover as (
  select machine_number, day, max(on_seconds) - sum(share_seconds) as seconds
  from weighed
  group by machine_number, day
),
placed as (
  select w.machine_number, w.day, w.state,
         w.share_seconds + case when w.size_rank <= l.seconds then 1 else 0 end as state_seconds,
         w.seconds as whole_seconds
  from weighed w
  join leftover l on l.machine_number = w.machine_number and l.day = w.day
),
split as (
  select c.machine_number, c.day, c.state, c.seconds
  from cut c
  left join weighted_day w on w.machine_number = c.machine_number and w.from_at <= c.from_at and c.from_at < w.until_at
  where w.machine_number is null
  union all
  select machine_number, day, state, state_seconds as seconds from placed
  union all
  select p.machine_number, p.day, t.off_state as state, p.whole_seconds - p.state_seconds as seconds
  from placed p
  join ledger.state t on t.state = p.state
  where p.whole_seconds > p.state_seconds
),
final as (
  select s.machine_number, s.day, t.entry_number, t.carrying_rank, cast(sum(s.seconds) as bigint) as seconds
  from split s
  join ledger.state t on t.state = s.state
  where s.seconds > 0
  group by s.machine_number, s.day, t.entry_number, t.carrying_rank
)
select * from final
