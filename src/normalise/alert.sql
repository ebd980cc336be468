-- Security alerts of Defender for Cloud, from Resource Graph or the alerts API. The machine is the Azure resource among the
-- alert's identifiers, else its compromised entity. Entities, users and addresses are not kept.
-- grain: one row per file and alert
-- key: file_id, alert_id
with record as (
  select *,
         lower(coalesce(nullif(regexp_extract(id, '(?i)/alerts/([^/]+)/*$', 1), ''), name, id)) as alert_id,
         coalesce(nullif(regexp_extract(resource_identifiers, '(?i)"azureResourceId"\s*:\s*"(/subscriptions/[^"]+/(?:virtualmachines|machines)/[^"/]+)"', 1), ''),
                  case when regexp_matches(associated, '(?i)^/subscriptions/.+/(virtualmachines|machines)/[^/]+$') then associated end,
                  case when regexp_matches(compromised, '(?i)^/subscriptions/.+/(virtualmachines|machines)/[^/]+$') then compromised end) as machine
  from raw.alert
),
ranked as (
  select *, row_number() over (partition by file_id, alert_id order by row_number desc) as newest from record where alert_id is not null
),
final as (
  select r.file_id, s.snapshot_at, r.alert_id, r.alert_type, r.title, lower(r.severity) as severity, lower(r.status) as status,
         coalesce(stamp_at(r.started), stamp_at(r.generated)) as raised_at,
         arm_id(r.machine) as resource_id,
         case when r.compromised not like '/%' then lower(r.compromised) end as host_name,
         lower(coalesce(nullif(regexp_extract(coalesce(r.machine, r.id), '(?i)^/subscriptions/([^/]+)', 1), ''), r.subscription_id)) as subscription_id
  from ranked r
  join normalise.source_file s on s.file_id = r.file_id
  where r.newest = 1
)
select * from final
