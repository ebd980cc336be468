-- severity: warning
-- Every time stamp can be read: ISO 8601, or month first with AM or PM. An unreadable one counts as absent.
with stamp as (
  select file_id, 'created' as what, created as written from raw.machine_record
  union all select file_id, 'last status change', arc_status_changed from raw.machine_record
  union all select file_id, 'enablement', enabled from raw.plan_setting where enabled not in ('true', 'false', 'True', 'False')
  union all select file_id, 'status change', status_changed from raw.assessment
  union all select file_id, 'event', coalesce(moment, changed) from raw.power_event
),
unreadable as (
  select file_id, what, written, cast(1 as bigint) as records
  from stamp
  where written is not null and stamp_at(written) is null and written not like '0001-01-01%'
  -- of device records what cannot be read was put aside when they were read
  union all
  select r.file_id, 'first seen', t.first_seen, cast(1 as bigint)
  from raw.device_text t
  join raw.device_record r on r.text_id = t.text_id
  where t.first_seen is not null and t.first_seen_at is null and t.first_seen not like '0001-01-01%'
  union all
  select file_id, what, written, record_count from raw.unreadable_moment
),
final as (
  select f.path as subject, 'a time stamp cannot be read and counts as absent' as message,
         u.what || ': ' || min(u.written) || ', ' || cast(sum(u.records) as varchar) || ' records' as evidence
  from unreadable u
  join raw.record_file f on f.file_id = u.file_id
  group by f.path, u.what
)
select * from final
