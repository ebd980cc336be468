-- Every record that names a machine: inventory, cost lines, power events, and endpoint records that carry an ARM id.
-- A whole scale set is a machine of its own only where the bill charges Defender on it, or where no instance is known.
-- grain: one row per source, resource id and vm id
-- key: source, resource_id, vm_id
with inventory as (
  select 'inventory' as source, resource_id, vm_id, min(resource_id_display) as resource_id_display,
         min(created_at) as created_at, min(snapshot_at) as first_at, max(snapshot_at) as last_at
  from normalise.machine_record
  where machine_kind(resource_id) is not null
  group by resource_id, vm_id
),
known_scale_set as (
  select distinct scale_set_id from normalise.machine_record where scale_set_id is not null
),
bill as (
  select 'bill' as source, b.resource_id, cast(null as varchar) as vm_id, b.resource_id_display,
         cast(null as bigint) as created_at,
         day_at(case when s.scale_set_id is null then b.first_day else b.first_defender_day end) as first_at,
         day_at(case when s.scale_set_id is null then b.last_day else b.last_defender_day end) + 86399 as last_at
  from ledger.billed_id b
  left join known_scale_set s on s.scale_set_id = b.resource_id
  where case when s.scale_set_id is null then b.first_day else b.first_defender_day end is not null
),
events as (
  select 'events' as source, e.resource_id, e.vm_id, cast(null as varchar) as resource_id_display,
         cast(null as bigint) as created_at, min(e.event_at) as first_at, max(e.event_at) as last_at
  from normalise.power_event e
  left join known_scale_set s on s.scale_set_id = e.resource_id
  where machine_kind(e.resource_id) is not null and s.scale_set_id is null
  group by e.resource_id, e.vm_id
),
endpoint as (
  select 'endpoint' as source, d.azure_resource_id as resource_id, d.vm_id, cast(null as varchar) as resource_id_display,
         cast(null as bigint) as created_at, min(coalesce(d.first_seen_at, g.first_snapshot_at)) as first_at, max(g.last_snapshot_at) as last_at
  from normalise.device_state d
  join ledger.endpoint_group g on g.state_id = d.state_id
  where machine_kind(d.azure_resource_id) is not null
  group by d.azure_resource_id, d.vm_id
),
final as (
  select * from inventory union all select * from bill union all select * from events union all select * from endpoint
)
select * from final
