-- Servers that only Defender for Endpoint knows: onboarded directly, without Azure Arc. Each is a machine of its own.
-- grain: one row per device
-- key: machine_number
with known as (
  select distinct device_id from ledger.endpoint_match where machine_number is not null
),
device as (
  select d.device_id, min(m.device_number) as machine_number, min(coalesce(d.first_seen_at, m.first_snapshot_at)) as first_seen_at, max(d.dns_name) as dns_name,
         max(d.os_class) as os_class, max(d.os_platform) as os_platform,
         max(coalesce(d.subscription_id, id_subscription(d.azure_resource_id))) as subscription_id,
         max(d.azure_resource_id) as azure_resource_id, max(d.vm_id) as vm_id
  from ledger.endpoint_match m
  join normalise.device_state d on d.state_id = m.state_id
  left join known k on k.device_id = m.device_id
  where m.status = 'unmatched' and k.device_id is null
  group by d.device_id
),
final as (
  select machine_number, 'device:' || device_id as machine_id, device_id, coalesce(dns_name, device_id) as name,
         qualified_name(dns_name) as fqdn, os_class, os_platform as os_name, subscription_id,
         azure_resource_id as resource_id, vm_id, first_seen_at as life_from_at
  from device
)
select * from final
