-- The health timeline. A snapshot at t describes the four hours up to t (the service refreshes every four hours):
-- observed. Between two snapshots at most 24 hours apart the earlier verdict holds until four hours before the later:
-- inferred. Further away, before the first and after the last, the nearest verdict holds: assumed.
-- grain: one row per machine and segment of its lifetime within the period
-- key: machine_id, from_at
with step as (
  select machine_id, snapshot_at, health, issue, message,
         lag(snapshot_at) over w as earlier_at,
         lead(snapshot_at) over w as later_at
  from ledger.verdict
  window w as (partition by machine_id order by snapshot_at)
),
observed as (
  select machine_id, greatest(snapshot_at - 14400, coalesce(earlier_at, 0)) as from_at, snapshot_at as until_at, health, issue, message, 'observed' as evidence
  from step
),
held as (
  select machine_id, snapshot_at as from_at, later_at - 14400 as until_at, health, issue, message, 'inferred' as evidence
  from step
  where later_at - snapshot_at <= 86400
),
near_after as (
  select machine_id, snapshot_at as from_at,
         coalesce(integer_quotient(snapshot_at + later_at - 14400, 2), 253402300800) as until_at, health, issue, message, 'assumed' as evidence
  from step
  where later_at is null or later_at - snapshot_at > 86400
),
near_before as (
  select machine_id,
         coalesce(integer_quotient(earlier_at + snapshot_at - 14400, 2), 0) as from_at, snapshot_at - 14400 as until_at, health, issue, message, 'assumed' as evidence
  from step
  where earlier_at is null or snapshot_at - earlier_at > 86400
),
never as (
  select m.machine_id, cast(0 as bigint) as from_at, cast(253402300800 as bigint) as until_at,
         case when m.os_class = 'client' or m.managed_by is not null or (m.kind = 'scale-set-instance' and m.orchestration_mode = 'uniform')
              then 'not_applicable' else 'unknown' end as health,
         cast(null as varchar) as issue, cast(null as varchar) as message,
         case when m.os_class = 'client' or m.managed_by is not null or (m.kind = 'scale-set-instance' and m.orchestration_mode = 'uniform')
              then 'assumed' else 'none' end as evidence
  from ledger.machine m
  left join (select distinct machine_id from ledger.verdict) v on v.machine_id = m.machine_id
  where v.machine_id is null
),
segment as (
  select * from observed union all select * from held union all select * from near_after union all select * from near_before union all select * from never
),
clipped as (
  select s.machine_id, greatest(s.from_at, m.alive_from_at) as from_at, least(s.until_at, m.alive_until_at) as until_at, s.health, s.issue, s.message, s.evidence
  from segment s
  join ledger.machine m on m.machine_id = s.machine_id
  where m.alive_from_at is not null and greatest(s.from_at, m.alive_from_at) < least(s.until_at, m.alive_until_at)
),
compared as (
  select *,
         case when health = lag(health) over w and evidence = lag(evidence) over w
               and coalesce(issue, '') = coalesce(lag(issue) over w, '') and coalesce(message, '') = coalesce(lag(message) over w, '') then 0 else 1 end as is_new
  from clipped
  window w as (partition by machine_id order by from_at)
),
numbered as (
  select *, sum(is_new) over (partition by machine_id order by from_at rows unbounded preceding) as run from compared
),
final as (
  select machine_id, min(from_at) as from_at, max(until_at) as until_at, min(health) as health, min(issue) as issue, min(message) as message, min(evidence) as evidence
  from numbered
  group by machine_id, run
)
select * from final
