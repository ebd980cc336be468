-- Whether Defender for Cloud may deploy the endpoint sensor in a subscription (Microsoft.Security/settings/WDATP).
-- grain: one row per file and subscription
-- key: file_id, subscription_id
with record as (
  select *, lower(coalesce(nullif(regexp_extract(id, '(?i)^/subscriptions/([^/]+)/', 1), ''), subscription_id)) as subscription,
         lower(coalesce(nullif(regexp_extract(id, '(?i)/settings/([^/]+)/*$', 1), ''), name)) as setting
  from raw.endpoint_setting
),
final as (
  select r.file_id, s.snapshot_at, r.subscription as subscription_id,
         max(case lower(r.enabled) when 'true' then 1 when 'false' then 0 end) = 1 as is_enabled
  from record r
  join normalise.source_file s on s.file_id = r.file_id
  where r.setting = 'wdatp' and r.subscription is not null
  group by r.file_id, s.snapshot_at, r.subscription
)
select * from final
