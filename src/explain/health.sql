-- The health timeline of the machine within the period. source_file, source_row: the device record, or else the record of
-- the failed extension, behind the listing nearest to the segment's beginning that gives its verdict. None where the verdict
-- is that there is no record.
-- grain: one row per segment
-- key: from_moment
with segment as (
  select h.*
  from ledger.health h
  join config.explained e on e.machine_number = h.machine_number
),
verdict as (
  select s.machine_number, s.from_at, s.issue, s.message, l.listing,
         row_number() over (partition by s.from_at order by abs(l.as_of_at - s.from_at), l.as_of_at) as place
  from segment s
  join ledger.verdict v
    on v.machine_number = s.machine_number and v.health = s.health and coalesce(v.issue, '') = coalesce(s.issue, '') and coalesce(v.message, '') = coalesce(s.message, '')
  join ledger.listing l on v.first_listing <= l.listing and l.listing <= v.last_listing
),
told as (
  select v.from_at, 2 as choice, d.file_id, d.row_number
  from verdict v
  join ledger.endpoint_match m
    on m.first_listing <= v.listing and v.listing <= m.last_listing
   and ((m.machine_number = v.machine_number and m.status = 'matched') or m.device_number = v.machine_number)
  join normalise.device_sighting d on d.state_id = m.state_id
  join ledger.endpoint_snapshot t on t.snapshot_at = d.snapshot_at and t.listing = v.listing
  where v.place = 1
  union all
  select v.from_at, 1 as choice, x.file_id, x.row_number
  from verdict v
  join ledger.machine_identity i on i.machine_number = v.machine_number
  join normalise.extension x
    on x.resource_id = i.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
   and x.provisioning_state = 'failed' and coalesce(x.message, 'the extension ' || x.extension_type || ' failed') = v.message
  where v.place = 1 and v.issue = 'installation'
),
ranked as (
  select *, row_number() over (partition by from_at order by choice, file_id, row_number) as place from told
),
final as (
  select moment_text(s.from_at) as from_moment, moment_text(s.until_at) as until_moment, replace(s.health, '_', ' ') as health, s.issue, s.message, s.evidence,
         f.path as source_file, r.row_number as source_row
  from segment s
  left join ranked r on r.from_at = s.from_at and r.place = 1
  left join normalise.source_file f on f.file_id = r.file_id
)
select * from final
order by from_moment
