-- Which machine an ARM resource id means at a moment. The key of a machine is its vmId where any source ties one to the
-- id, else the id itself; the same id with a new vmId is a new machine, a new id with the same vmId the same machine.
-- An id that only Defender for Endpoint names stays out: such a device is a machine of its own (`machine.sql`).
-- grain: one row per resource id and owner
-- key: resource_id, machine_id
with resource as (
  select resource_id, min(resource_id_display) as resource_id_display
  from ledger.machine_source
  where source <> 'endpoint'
  group by resource_id
),
from_inventory as (
  select resource_id, vm_id, coalesce(created_at, first_at) as start_at
  from ledger.machine_source
  where source = 'inventory' and vm_id is not null
),
from_elsewhere as (
  select s.resource_id, s.vm_id, min(s.first_at) as start_at
  from ledger.machine_source s
  left join (select distinct resource_id from from_inventory) i on i.resource_id = s.resource_id
  where s.source in ('events', 'endpoint') and s.vm_id is not null and i.resource_id is null
  group by s.resource_id, s.vm_id
),
owner as (
  select * from from_inventory union all select * from from_elsewhere
),
ordered as (
  select resource_id, vm_id, start_at,
         row_number() over (partition by resource_id order by start_at, vm_id) as owner_number,
         lead(start_at) over (partition by resource_id order by start_at, vm_id) as next_start_at
  from owner
),
final as (
  select r.resource_id,
         coalesce(r.resource_id_display, r.resource_id) as resource_id_display,
         coalesce(o.vm_id, r.resource_id) as machine_id,
         case when coalesce(o.owner_number, 1) = 1 then 0 else o.start_at end as from_at,
         coalesce(o.next_start_at, 253402300800) as until_at,
         case when o.vm_id is null then 'resource_id' else 'vm_id' end as evidence
  from resource r
  left join ordered o on o.resource_id = r.resource_id
)
select * from final
