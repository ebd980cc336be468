-- Scale sets of the inventory listings, with how they are orchestrated. A set that names no mode is older than flexible
-- orchestration only when the service says so, so it stays NULL.
-- grain: one row per file and scale set
-- key: file_id, resource_id
with record as (
  select *, row_number() over (partition by file_id, arm_id(id) order by row_number desc) as newest
  from raw.scale_set
  where regexp_matches(arm_id(id), '^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.compute/virtualmachinescalesets/[^/]+$')
),
final as (
  select r.file_id, s.snapshot_at, arm_id(r.id) as resource_id,
         case when lower(r.orchestration_mode) in ('uniform', 'flexible') then lower(r.orchestration_mode) end as orchestration_mode,
         try_cast(r.capacity as bigint) as capacity,
         regexp_extract(arm_id(r.id), '^/subscriptions/([^/]+)/', 1) as subscription_id,
         case when r.tags like '{%' and r.tags <> '{}' then r.tags end as tags
  from record r
  join normalise.source_file s on s.file_id = r.file_id
  where r.newest = 1
)
select * from final
