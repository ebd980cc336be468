-- What the inventory says of the extension that installs the sensor.
-- grain: one row per machine and snapshot
-- key: machine_number, snapshot_at
with final as (
  select i.machine_number, x.snapshot_at,
         max(case when x.provisioning_state = 'failed' then true else false end) as has_failed,
         max(case when x.provisioning_state = 'failed' then coalesce(x.message, 'the extension ' || x.extension_type || ' failed') end) as message
  from normalise.extension x
  join ledger.machine_identity i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
  group by i.machine_number, x.snapshot_at
)
select * from final
