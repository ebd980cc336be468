-- severity: warning
-- A device whose name fits several machines, or shares its name with another device, is matched to none: its health
-- counts for nobody. The device's vmId or Azure resource id in the export settles it.
with device as (
  select host_of(d.dns_name) as host_name,
         d.device_id
  from ledger.endpoint_match e
  join normalise.device_state d on d.state_id = e.state_id
  where e.status = 'ambiguous' and d.dns_name is not null
),
device_name as (
  select host_name, count(distinct device_id) as devices, min(device_id) as first_device, max(device_id) as last_device from device group by host_name
),
machine as (
  select host_of(coalesce(computer_name, lower(name))) as host_name,
         coalesce(vm_id, resource_id) as machine_id, resource_id
  from normalise.machine_record
),
machine_name as (
  select host_name, count(distinct machine_id) as machines, min(resource_id) as first_machine, max(resource_id) as last_machine from machine group by host_name
),
final as (
  select d.host_name as subject, 'the name fits several devices or machines, so that none is matched by it' as message,
         cast(d.devices as varchar) || ' devices: ' || d.first_device || case when d.last_device <> d.first_device then ', ' || d.last_device else '' end
           || case when d.devices > 2 then ', …' else '' end || '; '
           || case when m.host_name is null then 'no machine of that host name'
                   else cast(m.machines as varchar) || ' machines: ' || m.first_machine || case when m.last_machine <> m.first_machine then ', ' || m.last_machine else '' end
                     || case when m.machines > 2 then ', …' else '' end end as evidence
  from device_name d
  left join machine_name m on m.host_name = d.host_name
)
select * from final
