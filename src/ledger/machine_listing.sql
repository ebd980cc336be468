-- Inventory records with the machine they speak of: the owner of the vmId, else the owner of the id at that moment.
-- grain: one row per machine, resource id and inventory snapshot
-- key: machine_number, resource_id, snapshot_at, file_id
with final as (
  select i.machine_number, r.*
  from normalise.machine_record r
  join ledger.machine_identity i
    on i.resource_id = r.resource_id and (i.machine_id = r.vm_id or (r.vm_id is null and i.from_at <= r.snapshot_at and r.snapshot_at < i.until_at))
)
select * from final
