-- The health timeline. A snapshot at t describes the four hours up to t (the service refreshes every four hours):
-- observed. Between two snapshots at most 24 hours apart the earlier verdict holds until four hours before the later:
-- inferred. Further away, before the first and after the last, the nearest verdict holds: assumed.
-- grain: one row per machine and segment of its lifetime within the period
-- key: machine_number, from_at
with spaced as (
  select listing, earlier_at, as_of_at, greatest(as_of_at - 14400, earlier_at) as from_at from ledger.listing where earlier_at is not null
),
piece as (
  select listing, from_at, as_of_at as until_at, 'observed' as evidence from spaced
  union all
  select listing, earlier_at as from_at, from_at as until_at, case when as_of_at - earlier_at <= 86400 then 'inferred' else 'assumed' end as evidence
  from spaced
  where earlier_at < from_at
),
piece_numbered as (
  select p.*, sum(p.is_new) over (order by p.from_at rows unbounded preceding) as stretch
  from (select *, case when evidence = lag(evidence) over (order by from_at) then 0 else 1 end as is_new from piece) p
),
-- what lies between the listings, whatever they say: a run of one verdict is cut where the evidence changes
stretch as (
  select cast(stretch as integer) as stretch, min(from_at) as from_at, max(until_at) as until_at, min(evidence) as evidence from piece_numbered group by stretch
),
listing_stretch as (
  select listing, cast(min(stretch) as integer) as first_stretch, cast(max(stretch) as integer) as last_stretch from piece_numbered group by listing
),
step as (
  select machine_number, first_listing, last_listing, first_at, last_at, health, issue, message,
         lag(last_at) over w as earlier_at,
         lead(first_at) over w as later_at
  from ledger.verdict
  window w as (partition by machine_number order by first_listing)
),
run_stretch as (
  select s.machine_number, s.first_at, s.last_at, s.health, s.issue, s.message, unnest(whole_numbers(f.first_stretch, l.last_stretch)) as stretch
  from step s
  join listing_stretch f on f.listing = s.first_listing + 1
  join listing_stretch l on l.listing = s.last_listing
  where s.first_listing < s.last_listing
),
inner_piece as (
  select r.machine_number, greatest(t.from_at, r.first_at) as from_at, least(t.until_at, r.last_at) as until_at, r.health, r.issue, r.message, t.evidence
  from run_stretch r
  join stretch t on t.stretch = r.stretch
),
observed as (
  select machine_number, greatest(first_at - 14400, coalesce(earlier_at, 0)) as from_at, first_at as until_at, health, issue, message, 'observed' as evidence
  from step
),
held as (
  select machine_number, last_at as from_at, later_at - 14400 as until_at, health, issue, message, 'inferred' as evidence
  from step
  where later_at - last_at <= 86400
),
near_after as (
  select machine_number, last_at as from_at,
         coalesce(integer_quotient(last_at + later_at - 14400, 2), 253402300800) as until_at, health, issue, message, 'assumed' as evidence
  from step
  where later_at is null or later_at - last_at > 86400
),
near_before as (
  select machine_number,
         coalesce(integer_quotient(earlier_at + first_at - 14400, 2), 0) as from_at, first_at - 14400 as until_at, health, issue, message, 'assumed' as evidence
  from step
  where earlier_at is null or first_at - earlier_at > 86400
),
never as (
  select m.machine_number, cast(0 as bigint) as from_at, cast(253402300800 as bigint) as until_at,
         case when m.os_class = 'client' or m.managed_by is not null or (m.kind = 'scale-set-instance' and m.orchestration_mode = 'uniform')
              then 'not_applicable' else 'unknown' end as health,
         cast(null as varchar) as issue, cast(null as varchar) as message,
         case when m.os_class = 'client' or m.managed_by is not null or (m.kind = 'scale-set-instance' and m.orchestration_mode = 'uniform')
              then 'assumed' else 'none' end as evidence
  from ledger.machine m
  left join (select distinct machine_number from ledger.verdict) v on v.machine_number = m.machine_number
  where v.machine_number is null
),
segment as (
  select * from inner_piece union all select * from observed union all select * from held union all select * from near_after union all select * from near_before union all select * from never
),
clipped as (
  select s.machine_number, greatest(s.from_at, m.alive_from_at) as from_at, least(s.until_at, m.alive_until_at) as until_at, s.health, s.issue, s.message, s.evidence
  from segment s
  join ledger.machine m on m.machine_number = s.machine_number
  where m.alive_from_at is not null and greatest(s.from_at, m.alive_from_at) < least(s.until_at, m.alive_until_at)
),
compared as (
  select *,
         case when health = lag(health) over w and evidence = lag(evidence) over w
               and coalesce(issue, '') = coalesce(lag(issue) over w, '') and coalesce(message, '') = coalesce(lag(message) over w, '') then 0 else 1 end as is_new
  from clipped
  window w as (partition by machine_number order by from_at)
),
numbered as (
  select *, sum(is_new) over (partition by machine_number order by from_at rows unbounded preceding) as run from compared
),
final as (
  select machine_number, min(from_at) as from_at, max(until_at) as until_at, min(health) as health, min(issue) as issue, min(message) as message, min(evidence) as evidence
  from numbered
  group by machine_number, run
)
select * from final
