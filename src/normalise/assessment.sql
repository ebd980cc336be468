-- Assessments of Defender for Cloud on single resources. AWS and GCP machines are named by their Azure (Arc) id where the
-- record has one.
-- grain: one row per file, assessment and resource
-- key: file_id, assessment_key, resource_id
with record as (
  select *,
         lower(coalesce(nullif(regexp_extract(id, '(?i)/assessments/([^/]+)/*$', 1), ''), assessment_key, name)) as key,
         arm_id(coalesce(case when target_id like '/%' then target_id end,
                         nullif(regexp_extract(id, '(?i)^(.*)/providers/Microsoft\.Security/assessments/[^/]+/*$', 1), ''))) as resource_id
  from raw.assessment
),
ranked as (
  select *, row_number() over (partition by file_id, key, resource_id order by row_number desc) as newest
  from record
  where key is not null and resource_id is not null
),
final as (
  select r.file_id, s.snapshot_at, r.key as assessment_key, r.resource_id, r.display_name,
         lower(r.status_code) as status_code, r.cause, r.description, stamp_at(r.status_changed) as status_changed_at
  from ranked r
  join normalise.source_file s on s.file_id = r.file_id
  where r.newest = 1
)
select * from final
