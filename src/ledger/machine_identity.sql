-- Which machine an ARM resource id means at a moment: the owners of ids (`resource_owner`) with the number of each.
-- grain: one row per resource id and owner
-- key: resource_id, machine_number
with final as (
  select o.resource_id, o.resource_id_display, o.machine_id, n.machine_number, o.from_at, o.until_at, o.evidence
  from ledger.resource_owner o
  join ledger.machine_number n on n.machine_id = o.machine_id
)
select * from final
