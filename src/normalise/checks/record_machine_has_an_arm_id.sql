-- severity: warning
-- Every inventory record names its resource by an ARM id. One that does not cannot be matched and is left out.
with bad as (
  select file_id, row_number, id from raw.machine_record
  where id is null or not regexp_matches(arm_id(id), '^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.(compute|hybridcompute)/[^/]+/[^/]+(/virtualmachines/[^/]+)?/*$')
),
final as (
  select f.path as subject, 'a machine record has no valid ARM id and is left out' as message,
         'record ' || cast(b.row_number as varchar) || ': ' || coalesce(b.id, 'no id') as evidence
  from bad b
  join raw.record_file f on f.file_id = b.file_id
  union all
  select f.path, 'records without id and type are left out; let the query project id',
         cast(c.record_count as varchar) || ' records'
  from raw.record_count c
  join raw.record_file f on f.file_id = c.file_id
  where c.class = 'no-id'
)
select * from final
