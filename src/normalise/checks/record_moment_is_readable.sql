-- severity: warning
-- Every time stamp can be read: ISO 8601, or month first with AM or PM. An unreadable one counts as absent.
with stamp as (
  select file_id, 'created' as what, created as written from raw.machine_record
  union all select file_id, 'last status change', arc_status_changed from raw.machine_record
  union all select file_id, 'enablement', enabled from raw.plan_setting where enabled not in ('true', 'false', 'True', 'False')
  union all select file_id, 'status change', status_changed from raw.assessment
  union all select file_id, 'event', coalesce(moment, changed) from raw.power_event
  union all select file_id, 'first seen', first_seen from raw.endpoint_device
  union all select file_id, 'last seen', last_seen from raw.endpoint_device
  union all select file_id, 'report', reported from raw.endpoint_device
),
final as (
  select f.path as subject, 'a time stamp cannot be read and counts as absent' as message,
         s.what || ': ' || min(s.written) || ', ' || cast(count(*) as varchar) || ' records' as evidence
  from stamp s
  join raw.record_file f on f.file_id = s.file_id
  where s.written is not null and stamp_at(s.written) is null and s.written not like '0001-01-01%'
  group by f.path, s.what
)
select * from final
