-- The power state that an inventory snapshot shows, with the span around it for which no other snapshot is nearer.
-- Arc: connected counts as running, anything else as off; `changed_at`: since when, by the agent's own word.
-- grain: one row per machine and snapshot that shows a state
-- key: machine_id, snapshot_at
with state as (
  select r.machine_id, r.snapshot_at,
         max(case when r.kind = 'arc' then case when r.arc_status = 'connected' then 'running' when r.arc_status is not null then 'off' end
                  else r.power end) as power,
         max(case when r.kind = 'arc' then r.arc_status_changed_at end) as changed_at
  from ledger.machine_listing r
  group by r.machine_id, r.snapshot_at
),
known as (
  select * from state where power is not null
),
final as (
  select machine_id, snapshot_at, power, changed_at,
         coalesce(integer_quotient(lag(snapshot_at) over (partition by machine_id order by snapshot_at) + snapshot_at, 2), 0) as nearest_from_at,
         coalesce(integer_quotient(snapshot_at + lead(snapshot_at) over (partition by machine_id order by snapshot_at), 2), 253402300800) as nearest_until_at
  from known
)
select * from final
