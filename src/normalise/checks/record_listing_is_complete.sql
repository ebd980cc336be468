-- severity: error
-- The pages of a listing are all there. A page that names a next page needs one that does not; pages that tell the total
-- must add up to it: once for each page that names no next one, as each such page ends a listing, or once in all, where
-- whoever paged kept no next page (`--skip`). Files whose names differ in a page number only are one listing.
with named as (
  select p.*, f.path, f.kind,
         regexp_replace(lower(f.path), '(\.(json|jsonl|ndjson|txt))?(\.gz)?$', '') as stem
  from raw.page p
  join raw.record_file f on f.file_id = p.file_id
),
listing as (
  select *, case when regexp_matches(stem, '\d{4}-\d\d-\d\d([t_ ][\d:.-]+z?)?$') then stem
                 else regexp_replace(stem, '[-_ .(]*(page|part|p)?[-_ ]*\d{1,4}\)?$', '') end as listing
  from named
),
summed as (
  select listing, kind, total_records, count(*) as pages, sum(record_count) as records, max(path) as last_path,
         sum(case when has_next then 1 else 0 end) as open_pages, sum(case when has_next then 0 else 1 end) as last_pages
  from listing
  group by listing, kind, total_records
),
final as (
  select last_path as subject,
         'the listing stops early: pages are missing at its end' as message,
         case when total_records is null
              then 'pages ' || cast(pages as varchar) || ', records ' || cast(records as varchar) || '; each page names a next one'
              else cast(records as varchar) || ' of ' || cast(total_records * greatest(1, last_pages) as varchar) || ' records' end as evidence
  from summed
  where (total_records is null and open_pages > 0 and last_pages = 0)
     or (total_records is not null and records <> total_records and records < total_records * greatest(1, last_pages))
)
select * from final
