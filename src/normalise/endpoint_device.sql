-- Device records of Defender for Endpoint, as a view: the records and what they say.
-- grain: one row per file and device
-- key: file_id, device_id
with final as (
  select g.file_id, g.snapshot_at, s.device_id, s.dns_name, s.vm_id, s.azure_resource_id, s.subscription_id, s.cloud, s.os_platform, s.os_class,
         s.onboarding, s.health_status, s.first_seen_at, g.last_seen_at, s.merged_into, s.is_potential_duplication, s.is_excluded, s.agent_version,
         s.tags, g.row_number
  from normalise.device_sighting g
  join normalise.device_state s on s.state_id = g.state_id
)
select * from final
