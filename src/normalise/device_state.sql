-- What Defender for Endpoint says of devices, apart from when they were seen.
-- grain: one row per distinct content of device records that count
-- key: state_id
with final as (
  select state_id, device_id, dns_name, vm_id, azure_resource_id, subscription_id, cloud, os_platform, os_class, onboarding, health_status,
         first_seen_at, merged_into, is_potential_duplication, is_excluded, agent_version, tags
  from raw.device_content
  where is_first
)
select * from final
