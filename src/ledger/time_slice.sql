-- The seconds of each machine-day by power, plan, health, issue and evidence: the ledger before any charge is laid on it.
-- A day known by its compute hours alone shares them over the health pieces of the day in proportion to their length.
-- evidence: the weaker of power's and, while running with a known health, health's.
-- slice_number: places the slice within its day. carries_charges: charges of the day are laid on its billable slices; in a
-- day without them on those of unknown power, else on those that were off. carrying_seconds, carrying_slices: of all such
-- slices of the day together.
-- grain: one row per machine, day, power, plan, health, issue and evidence
-- key: machine_number, day, power, plan, health, issue, evidence
with piece as (
  select machine_number, from_at, until_at, power, power_evidence, health, issue, health_evidence,
         unnest(days_between(day_of(from_at), day_of(until_at - 1))) as day
  from ledger.state_segment
),
cut as (
  select machine_number, day, power, power_evidence, health, issue, health_evidence,
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
  select w.machine_number, w.day, w.power, w.power_evidence, w.health, w.issue, w.health_evidence,
         w.share_seconds + case when w.size_rank = 1 then l.seconds else 0 end as state_seconds,
         w.seconds as whole_seconds
  from weighed w
  join leftover l on l.machine_number = w.machine_number and l.day = w.day
),
split as (
  select c.machine_number, c.day, c.power, c.power_evidence, c.health, c.issue, c.health_evidence, c.seconds
  from cut c
  left join weighted_day w on w.machine_number = c.machine_number and w.from_at <= c.from_at and c.from_at < w.until_at
  where w.machine_number is null
  union all
  select machine_number, day, power, power_evidence, health, issue, health_evidence, state_seconds as seconds from placed
  union all
  select machine_number, day, 'off' as power, power_evidence, health, issue, health_evidence, whole_seconds - state_seconds as seconds
  from placed
  where whole_seconds > state_seconds
),
slice as (
  select s.machine_number, s.day, s.power, coalesce(n.plan, 'unknown') as plan, s.health, s.issue,
         case when s.power = 'unknown' then 'none'
              when s.power <> 'running' or s.health = 'unknown' then s.power_evidence
              when s.power_evidence = 'none' or s.health_evidence = 'none' then 'none'
              when s.power_evidence = 'assumed' or s.health_evidence = 'assumed' then 'assumed'
              when s.power_evidence = 'inferred' or s.health_evidence = 'inferred' then 'inferred'
              else 'observed' end as evidence,
         cast(sum(s.seconds) as bigint) as seconds
  from split s
  left join ledger.plan n on n.machine_number = s.machine_number and n.day = s.day
  where s.seconds > 0
  group by 1, 2, 3, 4, 5, 6, 7
),
placed_in_day as (
  select *,
         row_number() over (partition by machine_number, day order by power, health, issue nulls last, evidence) as slice_number,
         sum(case when power in ('running', 'stopped') then 1 else 0 end) over d as billable_slices,
         sum(case when power in ('running', 'stopped') then seconds else 0 end) over d as billable_seconds,
         sum(case when power = 'unknown' then 1 else 0 end) over d as unknown_slices,
         sum(case when power = 'unknown' then seconds else 0 end) over d as unknown_seconds,
         count(*) over d as slices,
         sum(seconds) over d as all_seconds
  from slice
  window d as (partition by machine_number, day)
),
final as (
  select machine_number, day, power, plan, health, issue, evidence, seconds, cast(slice_number as integer) as slice_number,
         case when billable_slices > 0 then power in ('running', 'stopped') when unknown_slices > 0 then power = 'unknown' else true end as carries_charges,
         cast(case when billable_slices > 0 then billable_seconds when unknown_slices > 0 then unknown_seconds else all_seconds end as bigint) as carrying_seconds,
         cast(case when billable_slices > 0 then billable_slices when unknown_slices > 0 then unknown_slices else slices end as bigint) as carrying_slices,
         billable_slices > 0 as is_billable_day
  from placed_in_day
)
select * from final
