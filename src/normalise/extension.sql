-- The Defender for Endpoint extension (MDE.Windows, MDE.Linux) of a machine, from extension records, from the machine's
-- nested resources and from its instance view; what they say of one extension in one file is laid together.
-- error_code: the number at the end of `ProvisioningState/failed/51`, or Arc's bare status code.
-- row_number: of the first of the records that are laid together; a nested one stands in its machine's.
-- grain: one row per file, machine and extension type
-- key: file_id, resource_id, extension_type
with record as (
  select file_id,
         arm_id(coalesce(machine_id, regexp_replace(id, '(?i)/extensions/[^/]+/*$', ''))) as resource_id,
         lower(coalesce(nullif(regexp_extract(extension_type, '(?i)(?:^|\.)(MDE\.(Windows|Linux))$', 1), ''),
                        nullif(regexp_extract(coalesce(name, id), '(?i)(?:^|/)(MDE\.(Windows|Linux))$', 1), ''))) as extension_word,
         extension_type is null or regexp_matches(extension_type, '(?i)(^|\.)MDE\.(Windows|Linux)$') as is_type_fit,
         coalesce(state, regexp_extract(statuses, '(?i)ProvisioningState/([a-z]+)', 1)) as state,
         coalesce(nullif(regexp_extract(statuses, '(?i)ProvisioningState/[a-z]+/(-?\d+)', 1), ''),
                  case when regexp_matches(status_code, '\d') then regexp_extract(status_code, '(-?\d+)', 1) end) as error_code,
         coalesce(status_message, json_member(statuses, '$[0].message'), json_member(substatuses, '$[0].message'),
                  json_member(statuses, '$[0].displayStatus')) as message,
         version, row_number
  from raw.extension
),
kept as (
  select * from record where extension_word is not null and is_type_fit and resource_id like '/subscriptions/%'
),
merged as (
  select file_id, resource_id, extension_word,
         max(lower(nullif(state, ''))) as provisioning_state, max(error_code) as error_code, max(message) as message,
         max(version) as version, min(row_number) as row_number
  from kept
  group by file_id, resource_id, extension_word
),
final as (
  select m.file_id, s.snapshot_at, m.resource_id,
         case m.extension_word when 'mde.windows' then 'MDE.Windows' else 'MDE.Linux' end as extension_type,
         m.provisioning_state, m.error_code, m.message, m.version, m.row_number
  from merged m
  join normalise.source_file s on s.file_id = m.file_id
)
select * from final
