-- Azure virtual machines, scale-set instances and Arc machines of the inventory listings. Starting and deallocating are
-- not billed and count as off, stopping is billed and counts as running. A record without a valid ARM id is a finding,
-- not a machine; of a machine listed twice in one file the last that tells a state counts.
-- grain: one row per file and machine
-- key: file_id, resource_id
with record as (
  select r.*, arm_id(regexp_replace(r.id, '/+$', '')) as resource_id,
         row_number() over (partition by r.file_id, arm_id(regexp_replace(r.id, '/+$', ''))
                            order by case when coalesce(r.power, r.statuses, r.arc_status) is null then 1 else 0 end, r.row_number desc) as newest
  from raw.machine_record r
  where regexp_matches(arm_id(r.id), '^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.(compute|hybridcompute)/[^/]+/[^/]+(/virtualmachines/[^/]+)?/*$')
),
power_word as (
  select *,
         lower(coalesce(nullif(regexp_extract(statuses, '(?i)PowerState/([a-z]+)', 1), ''),
                        regexp_replace(power, '(?i)^(PowerState/|VM )', ''))) as power_word
  from record
  where newest = 1
),
final as (
  select w.file_id, s.snapshot_at,
         case w.class when 'arc-machine' then 'arc' when 'scale-set-instance' then 'scale-set-instance'
              else 'azure-vm' end as kind,
         w.resource_id,
         regexp_replace(w.id, '/+$', '') as resource_id_display,
         lower(w.vm_id) as vm_id,
         coalesce(w.name, regexp_extract(w.id, '([^/]+)/*$', 1)) as name,
         lower(w.computer_name) as computer_name,
         case when w.fqdn like '%.%' then lower(regexp_replace(w.fqdn, '\.$', '')) end as fqdn,
         regexp_extract(w.resource_id, '^/subscriptions/([^/]+)/', 1) as subscription_id,
         regexp_extract(w.resource_id, '/resourcegroups/([^/]+)/', 1) as resource_group,
         lower(replace(w.location, ' ', '')) as location,
         case when lower(w.os_type) like 'win%' then 'windows' when lower(w.os_type) like 'lin%' then 'linux'
              when lower(w.os_name) like '%windows%' then 'windows' end as os_type,
         coalesce(w.os_name, nullif(trim(coalesce(w.image_offer, '') || ' ' || coalesce(w.image_sku, '')), '')) as os_name,
         lower(w.image_publisher) as image_publisher,
         w.license_type,
         w.managed_by,
         case when w.class = 'arc-machine' then cast(null as varchar)
              when w.power_word in ('running', 'stopping') then 'running'
              when w.power_word in ('stopped', 'stopped (allocated)') then 'stopped'
              when w.power_word in ('starting', 'creating', 'deallocating', 'deallocated', 'stopped (deallocated)', 'hibernated', 'hibernating') then 'off'
              end as power,
         case when w.class = 'arc-machine'
                   and lower(w.arc_status) in ('connected', 'disconnected', 'offline', 'expired', 'connecting', 'error')
              then lower(w.arc_status) end as arc_status,
         case when w.class = 'arc-machine' then stamp_at(w.arc_status_changed) end as arc_status_changed_at,
         coalesce(arm_id(w.scale_set_id),
                  nullif(regexp_extract(w.resource_id, '^(.*/virtualmachinescalesets/[^/]+)/virtualmachines/', 1), '')) as scale_set_id,
         stamp_at(w.created) as created_at,
         case when w.tags like '{%' and w.tags <> '{}' then w.tags end as tags,
         w.agent_version,
         lower(w.vm_uuid) as vm_uuid,
         arm_id(w.image_id) as image_id,
         w.row_number
  from power_word w
  join normalise.source_file s on s.file_id = w.file_id
)
select * from final
