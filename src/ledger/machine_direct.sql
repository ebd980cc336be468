-- Servers that only Defender for Endpoint knows: onboarded directly, without Azure Arc. Each is a machine of its own;
-- each of its words is the newest that its records tell.
-- grain: one row per device
-- key: machine_number
with known as (
  select distinct device_id from ledger.endpoint_match where machine_number is not null
),
told as (
  select d.device_id, m.device_number, m.last_listing, coalesce(d.first_seen_at, m.first_snapshot_at) as first_seen_at, d.dns_name, d.os_class,
         d.os_platform, coalesce(d.subscription_id, id_subscription(d.azure_resource_id)) as subscription_id, d.azure_resource_id, d.vm_id
  from ledger.endpoint_match m
  join normalise.device_state d on d.state_id = m.state_id
  left join known k on k.device_id = m.device_id
  where m.status = 'unmatched' and k.device_id is null
),
device as (
  select device_id, min(device_number) as machine_number, min(first_seen_at) as first_seen_at,
         max_by(dns_name, case when dns_name is not null then last_listing end) as dns_name,
         max_by(os_class, case when os_class is not null then last_listing end) as os_class,
         max_by(os_platform, case when os_platform is not null then last_listing end) as os_platform,
         max_by(subscription_id, case when subscription_id is not null then last_listing end) as subscription_id,
         max_by(azure_resource_id, case when azure_resource_id is not null then last_listing end) as azure_resource_id,
         max_by(vm_id, case when vm_id is not null then last_listing end) as vm_id
  from told
  group by device_id
),
final as (
  select machine_number, 'device:' || device_id as machine_id, device_id, coalesce(dns_name, device_id) as name,
         qualified_name(dns_name) as fqdn, os_class, os_platform as os_name, subscription_id,
         azure_resource_id as resource_id, vm_id, first_seen_at as life_from_at
  from device
)
select * from final
