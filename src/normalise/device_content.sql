-- What each distinct text of a device record says, and the state that it tells: texts that differ in spelling only, or in
-- fields that are not kept, tell one state.
-- os_class: Windows Server and Linux are servers; Windows 10, 11 and older client editions are clients, multi-session ones
-- too; macOS, phones and appliances are other.
-- grain: one row per distinct text of device records
-- key: text_id
with sighted as (
  -- the first record of each text, by file and row; a file has fewer than 10^12 rows
  select text_id, min(cast(file_id as bigint) * 1000000000000 + row_number) as first_record
  from raw.device_record
  where is_newest
  group by text_id
),
word as (
  select t.*, s.first_record, lower(t.id) as device_id,
         regexp_replace(lower(t.os_platform), '[^a-z0-9]', '', 'g') as os_word,
         regexp_replace(lower(t.onboarding), '[^a-z]', '', 'g') as onboarding_word,
         regexp_replace(lower(t.health), '[^a-z]', '', 'g') as health_word,
         lower(t.dns_name) as dns_word
  from raw.device_text t
  join sighted s on s.text_id = t.text_id
),
content as (
  select w.text_id, w.first_record, w.device_id,
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
         w.first_seen_at,
         lower(w.merged_into) as merged_into,
         case lower(w.duplication) when 'true' then true when 'false' then false end as is_potential_duplication,
         case when lower(w.excluded) in ('true', '1', 'excluded', 'yes') then true
              when lower(w.excluded) in ('false', '0', 'not excluded', 'notexcluded', 'no', 'included') then false end as is_excluded,
         w.agent_version,
         case when w.tags is null or w.tags = '[]' then cast(null as varchar)
              when w.tags like '[%' then w.tags else json_text_list(w.tags) end as tags
  from word w
),
state as (
  select *, min(first_record) over (partition by device_id, dns_name, vm_id, azure_resource_id, subscription_id, cloud, os_platform, os_class,
                                                 onboarding, health_status, first_seen_at, merged_into, is_potential_duplication, is_excluded,
                                                 agent_version, tags) as first_of_state
  from content
),
numbered as (
  select first_of_state, row_number() over (order by first_of_state) as state_id
  from (select distinct first_of_state from state) f
),
final as (
  select s.text_id, n.state_id, s.first_record = s.first_of_state as is_first, s.device_id, s.dns_name, s.vm_id, s.azure_resource_id, s.subscription_id,
         s.cloud, s.os_platform, s.os_class, s.onboarding, s.health_status, s.first_seen_at, s.merged_into, s.is_potential_duplication, s.is_excluded,
         s.agent_version, s.tags
  from state s
  join numbered n on n.first_of_state = s.first_of_state
)
select * from final
