-- Names and tenants of subscriptions, from resource containers, ARM or `az account list`; the newest listing counts.
-- grain: one row per subscription
-- key: subscription_id
with record as (
  select r.*, s.snapshot_at,
         lower(coalesce(nullif(regexp_extract(r.id, '(?i)^/subscriptions/([^/]+)', 1), ''), r.subscription_id, r.id)) as subscription
  from raw.subscription r
  join normalise.source_file s on s.file_id = r.file_id
),
ranked as (
  select *, row_number() over (partition by subscription order by coalesce(snapshot_at, 0) desc, file_id desc, row_number desc) as newest
  from record
  where subscription is not null
),
final as (
  select subscription as subscription_id,
         coalesce(display_name, case when lower(name) <> subscription then name end) as name,
         lower(tenant_id) as tenant_id, snapshot_at, lower(quota_id) as quota_id
  from ranked
  where newest = 1
)
select * from final
