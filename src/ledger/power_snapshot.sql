-- The power state that an inventory snapshot shows, with the span around it for which no other snapshot is nearer.
-- Arc: connected counts as running, anything else as off; `changed_at`: since when, by the agent's own word. No state
-- reaches back beyond that word to where an earlier snapshot showed another.
-- grain: one row per machine and snapshot that shows a state
-- key: machine_number, snapshot_at
with state as (
  select r.machine_number, r.snapshot_at,
         max(case when r.kind = 'arc' then case when r.arc_status = 'connected' then 'running' when r.arc_status is not null then 'off' end
                  else r.power end) as power,
         max(case when r.kind = 'arc' then r.arc_status_changed_at end) as changed_at
  from ledger.machine_listing r
  group by r.machine_number, r.snapshot_at
),
known as (
  select * from state where power is not null
),
paired as (
  select *,
         lag(snapshot_at) over (partition by machine_number order by snapshot_at) as earlier_at,
         lead(snapshot_at) over (partition by machine_number order by snapshot_at) as later_at,
         lead(changed_at) over (partition by machine_number order by snapshot_at) as later_changed_at
  from known
),
final as (
  select machine_number, snapshot_at, power, changed_at,
         case when earlier_at is null then 0
              else greatest(integer_quotient(earlier_at + snapshot_at, 2), least(coalesce(changed_at, 0), snapshot_at)) end as nearest_from_at,
         case when later_at is null then 253402300800
              else greatest(integer_quotient(snapshot_at + later_at, 2), least(coalesce(later_changed_at, 0), later_at)) end as nearest_until_at
  from paired
)
select * from final
