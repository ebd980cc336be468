-- Device records of Defender for Endpoint. Of several rows of a device in one file (advanced hunting reports a device many
-- times) the newest counts, and its report stands for the device's last sign of life.
-- os_class: Windows Server and Linux are servers; Windows 10, 11 and older client editions are clients, multi-session ones
-- too; macOS, phones and appliances are other.
-- grain: one row per file and device
-- key: file_id, device_id
with record as (
  select *, lower(id) as device_id from raw.endpoint_device
),
-- only the few devices that stand in a file several times are ranked
repeated as (
  select file_id, device_id from record group by file_id, device_id having count(*) > 1
),
ranked as (
  select r.*,
         row_number() over (partition by r.file_id, r.device_id
                            order by coalesce(stamp_at(r.reported), 0) desc, coalesce(stamp_at(r.last_seen), 0) desc, r.row_number desc) as newest
  from record r
  join repeated d on d.file_id = r.file_id and d.device_id is not distinct from r.device_id
),
newest_record as (
  select r.*, 1 as newest
  from record r
  left join repeated d on d.file_id = r.file_id and d.device_id is not distinct from r.device_id
  where d.file_id is null
  union all
  select * from ranked where newest = 1
),
word as (
  select *,
         regexp_replace(lower(os_platform), '[^a-z0-9]', '', 'g') as os_word,
         regexp_replace(lower(onboarding), '[^a-z]', '', 'g') as onboarding_word,
         regexp_replace(lower(health), '[^a-z]', '', 'g') as health_word,
         lower(dns_name) as dns_word
  from newest_record
),
final as (
  select w.file_id, s.snapshot_at, w.device_id,
         case when strpos(w.dns_word, '.') = 0 and w.domain like '%.%' then w.dns_word || '.' || lower(w.domain)
              else regexp_replace(w.dns_word, '\.$', '') end as dns_name,
         lower(w.vm_id) as vm_id,
         case when w.azure_resource_id like '/%' then arm_id(regexp_replace(w.azure_resource_id, '/+$', '')) end as azure_resource_id,
         lower(coalesce(w.subscription_id, nullif(regexp_extract(w.azure_resource_id, '(?i)^/subscriptions/([^/]+)', 1), ''))) as subscription_id,
         case when lower(w.cloud) like '%azure%' then 'azure' when lower(w.cloud) like '%aws%' or lower(w.cloud) like '%amazon%' then 'aws'
              when lower(w.cloud) like '%gcp%' or lower(w.cloud) like '%google%' then 'gcp'
              when w.azure_resource_id like '/%' then 'azure' end as cloud,
         w.os_platform,
         case when w.os_word like 'windowsserver%' then 'server'
              when w.os_word like 'linux%' or w.os_word like '%ubuntu%' or w.os_word like '%debian%' or w.os_word like '%redhat%' or w.os_word like 'rhel%'
                or w.os_word like '%centos%' or w.os_word like '%suse%' or w.os_word like 'sles%' or w.os_word like '%oracle%' or w.os_word like '%fedora%'
                or w.os_word like '%amazonlinux%' or w.os_word like '%amazon%' or w.os_word like '%alma%' or w.os_word like '%rocky%' or w.os_word like '%mariner%'
                or w.os_word like '%azurelinux%' then 'server'
              when w.os_word like 'windows%' then 'client'
              when w.os_word is null or w.os_word in ('', 'other', 'unknown', 'none') then 'unknown'
              else 'other' end as os_class,
         case w.onboarding_word when 'onboarded' then 'onboarded' when 'canbeonboarded' then 'can_be_onboarded'
              when 'unsupported' then 'unsupported' when 'insufficientinfo' then 'insufficient_info' end as onboarding,
         case w.health_word when 'active' then 'active' when 'inactive' then 'inactive'
              when 'impairedcommunication' then 'impaired_communication' when 'impairedcommunications' then 'impaired_communication'
              when 'nosensordata' then 'no_sensor_data'
              when 'nosensordataimpairedcommunication' then 'no_sensor_data_impaired_communication'
              when 'nosensordataimpairedcommunications' then 'no_sensor_data_impaired_communication'
              when 'unknown' then 'unknown' end as health_status,
         stamp_at(w.first_seen) as first_seen_at,
         coalesce(stamp_at(w.last_seen), stamp_at(w.reported)) as last_seen_at,
         lower(w.merged_into) as merged_into,
         case lower(w.duplication) when 'true' then true when 'false' then false end as is_potential_duplication,
         case when lower(w.excluded) in ('true', '1', 'excluded', 'yes') then true
              when lower(w.excluded) in ('false', '0', 'not excluded', 'notexcluded', 'no', 'included') then false end as is_excluded,
         w.agent_version,
         case when w.tags is null or w.tags = '[]' then cast(null as varchar)
              when w.tags like '[%' then w.tags else json_text_list(w.tags) end as tags,
         w.row_number
  from word w
  join normalise.source_file s on s.file_id = w.file_id
)
select * from final
