-- The newest inventory record of each machine.
-- grain: one row per machine that the inventory lists
-- key: machine_number
with ranked as (
  select *, row_number() over (partition by machine_number order by snapshot_at desc, resource_id, file_id) as newest
  from ledger.machine_listing
),
final as (
  select machine_number, kind, subscription_id, resource_group, location, name, fqdn, os_name, os_type, managed_by, image_publisher, scale_set_id, tags
  from ranked
  where newest = 1
)
select * from final
