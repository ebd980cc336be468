-- The device that stands for each machine: the one that was matched to it last.
-- grain: one row per machine that a device was matched to
-- key: machine_number
with ranked as (
  select m.machine_number, m.device_id, m.evidence, d.os_class, d.os_platform,
         row_number() over (partition by m.machine_number order by m.last_listing desc) as newest
  from ledger.endpoint_match m
  join normalise.device_state d on d.state_id = m.state_id
  where m.status = 'matched'
),
final as (
  select machine_number, device_id, evidence, os_class, os_platform from ranked where newest = 1
)
select * from final
