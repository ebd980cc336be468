-- severity: info
-- No list ends exactly at a page size. One that does, and has no page around it that would name a next one, was probably
-- cut; Defender for Endpoint pages of 10,000 do not always name the next.
with counted as (
  select file_id, sum(record_count) as records from raw.record_count group by file_id
),
paged as (
  select distinct file_id from raw.page
),
final as (
  select f.path as subject, 'the number of records is exactly a page size: the list may have been cut' as message,
         cast(c.records as varchar) || ' records' as evidence
  from counted c
  join raw.record_file f on f.file_id = c.file_id
  left join paged p on p.file_id = c.file_id
  where (p.file_id is null and (c.records in (100, 1000, 5000, 10000) or (c.records = 50 and f.kind = 'activity-log')))
     or (f.kind = 'endpoint' and c.records = 10000)
)
select * from final
