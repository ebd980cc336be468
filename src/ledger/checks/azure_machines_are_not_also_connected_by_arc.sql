-- severity: warning
-- An Arc agent inside an Azure virtual machine is meant for trials only: the machine is listed twice and may be billed
-- twice. The hardware's UUID that Arc reports is the vmId of the virtual machine; some guests read its first half in the
-- other byte order.
with connected as (
  select distinct r.resource_id, r.resource_id_display, lower(r.vm_uuid) as vm_uuid,
         lower(substr(r.vm_uuid, 7, 2) || substr(r.vm_uuid, 5, 2) || substr(r.vm_uuid, 3, 2) || substr(r.vm_uuid, 1, 2) || '-'
           || substr(r.vm_uuid, 12, 2) || substr(r.vm_uuid, 10, 2) || '-' || substr(r.vm_uuid, 17, 2) || substr(r.vm_uuid, 15, 2)
           || substr(r.vm_uuid, 19)) as swapped_uuid
  from normalise.machine_record r
  where r.kind = 'arc' and r.vm_uuid is not null
),
possible as (
  select resource_id, resource_id_display, vm_uuid as vm_id from connected
  union all
  select resource_id, resource_id_display, swapped_uuid from connected
),
twice as (
  select distinct c.resource_id, c.resource_id_display, v.resource_id as azure_resource_id
  from possible c
  join normalise.machine_record v on v.vm_id = c.vm_id and v.kind <> 'arc'
),
listed_twice as (
  select resource_id from twice union select azure_resource_id from twice
),
charged as (
  select c.resource_id, count(distinct c.day) as days
  from ledger.charge c
  join listed_twice t on t.resource_id = c.resource_id
  where c.grain = 'machine'
  group by c.resource_id
),
final as (
  select t.azure_resource_id as subject, 'an Azure virtual machine is connected by Arc, too: it is listed twice' ||
         case when a.days is not null and z.days is not null then ', and both are billed' else '' end as message,
         'Arc: ' || t.resource_id_display || '; days billed: ' || cast(coalesce(z.days, 0) as varchar) || ' as an Azure machine, '
           || cast(coalesce(a.days, 0) as varchar) || ' by Arc' as evidence
  from twice t
  left join charged a on a.resource_id = t.resource_id
  left join charged z on z.resource_id = t.azure_resource_id
)
select * from final
