-- Plan settings of Defender for Cloud, of a subscription or of one resource. Durations are ISO 8601 (P30D, PT0S).
-- grain: one row per file, plan and scope
-- key: file_id, plan_name, scope_id
with record as (
  select *,
         arm_id(regexp_extract(id, '(?i)^(/subscriptions/[^/]+.*?)/providers/Microsoft\.Security/pricings/[^/]+/*$', 1)) as scope_id,
         lower(coalesce(nullif(regexp_extract(id, '(?i)/pricings/([^/]+)/*$', 1), ''), name)) as plan_name
  from raw.plan_setting
),
scoped as (
  select *, case when regexp_matches(scope_id, '^/subscriptions/[^/]+$') then 'subscription' else 'resource' end as scope_level,
         row_number() over (partition by file_id, scope_id, plan_name order by row_number desc) as newest
  from record
  where scope_id <> '' and plan_name is not null
),
duration as (
  select *, regexp_matches(upper(trial), '^P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$') as is_duration,
         try_cast(regexp_extract(upper(trial), '^P(\d+)D', 1) as bigint) as trial_days,
         try_cast(regexp_extract(upper(trial), 'T.*?(\d+)H', 1) as bigint) as trial_hours,
         try_cast(regexp_extract(upper(trial), 'T.*?(\d+)M', 1) as bigint) as trial_minutes,
         try_cast(regexp_extract(upper(trial), 'T(?:\d+H)?(?:\d+M)?(\d+)', 1) as bigint) as trial_rest
  from scoped
  where newest = 1
),
final as (
  select d.file_id, s.snapshot_at, d.plan_name, d.scope_level, d.scope_id,
         regexp_extract(d.scope_id, '^/subscriptions/([^/]+)', 1) as subscription_id,
         lower(d.tier) as tier,
         lower(d.sub_plan) as sub_plan,
         case lower(d.inherited) when 'true' then true when 'false' then false end as is_inherited,
         stamp_at(d.enabled) as enabled_at,
         case when d.is_duration
              then coalesce(d.trial_days, 0) * 86400 + coalesce(d.trial_hours, 0) * 3600 + coalesce(d.trial_minutes, 0) * 60
                   + case when upper(d.trial) like '%S' then coalesce(d.trial_rest, 0) else 0 end end as trial_remaining_seconds,
         lower(d.coverage) as coverage_status,
         case lower(d.enforce) when 'true' then true when 'false' then false end as is_enforced,
         case lower(regexp_extract(d.extensions, '(?i)"name"\s*:\s*"AgentlessVmScanning"\s*,\s*"isEnabled"\s*:\s*"?(true|false)', 1))
              when 'true' then true when 'false' then false end as has_agentless_scanning,
         case lower(regexp_extract(d.extensions, '(?i)"name"\s*:\s*"FileIntegrityMonitoring"\s*,\s*"isEnabled"\s*:\s*"?(true|false)', 1))
              when 'true' then true when 'false' then false end as has_file_integrity,
         d.row_number
  from duration d
  join normalise.source_file s on s.file_id = d.file_id
)
select * from final
