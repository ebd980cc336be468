-- Everything by which a machine may be named: its key, vmId, ids, name, host name, endpoint device; lower-cased.
-- grain: one row per machine and name
-- key: machine_id, called
with called as (
  select machine_id, machine_id as called from ledger.machine
  union select machine_id, vm_id from ledger.machine where vm_id is not null
  union select machine_id, lower(name) from ledger.machine where name is not null
  union select machine_id, fqdn from ledger.machine where fqdn is not null
  union select machine_id, resource_id from ledger.machine where resource_id is not null
  union select machine_id, device_id from ledger.machine where device_id is not null
  union select machine_id, resource_id from ledger.machine_identity
),
final as (
  select c.machine_id, c.called, coalesce(m.name, m.machine_id) as name, coalesce(m.resource_id_display, m.machine_id) as resource_id,
         m.subscription_name
  from called c
  join ledger.machine m on m.machine_id = c.machine_id
)
select * from final
order by called, machine_id
