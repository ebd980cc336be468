-- Hours of VmAvailabilityMetric, as Azure Monitor's batch of metrics gives them: a record a machine, in it the metrics, in
-- each the values. Hours without a value are left out; of an hour in several files the newest snapshot counts.
-- grain: one row per machine and hour
-- key: resource_id, hour_at
with metric as (
  select r.file_id, r.row_number, arm_id(r.resource_id) as resource_id, unnest(json_members(r.metrics, '$[*]')) as doc
  from raw.availability r
),
point as (
  select file_id, row_number, resource_id, unnest(json_members(doc, '$.timeseries[*].data[*]')) as doc
  from metric
  where lower(json_member(doc, '$.name.value')) = 'vmavailabilitymetric'
),
hour as (
  select file_id, row_number, resource_id, stamp_at(json_member(doc, '$.timeStamp')) as hour_at, export_amount(json_member(doc, '$.average')) as average
  from point
),
ranked as (
  select h.file_id, h.row_number, h.resource_id, h.hour_at, h.average,
         row_number() over (partition by h.resource_id, h.hour_at order by s.snapshot_at desc, h.file_id desc, h.row_number desc) as newest
  from hour h
  join normalise.source_file s on s.file_id = h.file_id
  where h.resource_id is not null and h.hour_at is not null and h.average is not null
),
final as (
  select file_id, resource_id, hour_at, average, row_number from ranked where newest = 1
)
select * from final
