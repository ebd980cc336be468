-- The machine that is explained, as the ledger knows it.
-- grain: one row
-- key: machine_id
with final as (
  select m.machine_id, coalesce(m.name, m.machine_id) as name, m.kind, m.os_class, m.os_name, m.managed_by, m.owner, m.subscription_id, m.subscription_name,
         m.resource_group, m.location, m.vm_id, m.fqdn, m.device_id, m.match_evidence,
         moment_text(m.created_at) as created, moment_text(m.deleted_at) as deleted,
         moment_text(m.alive_from_at) as in_period_from, moment_text(m.alive_until_at) as in_period_until,
         m.known_to_inventory, m.known_to_bill, m.known_to_endpoint, m.in_licence_scope
  from ledger.machine m
  join config.explained e on e.machine_number = m.machine_number
)
select * from final
