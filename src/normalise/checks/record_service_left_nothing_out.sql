-- severity: error
-- No answer was cut by the service. Resource Graph cuts an answer without a next page when the query does not project id.
with final as (
  select f.path as subject, 'the service left rows out (resultTruncated); let the query project id, and follow its pages' as message,
         cast(p.record_count as varchar) || ' records in page ' || cast(p.page_number as varchar) as evidence
  from raw.page p
  join raw.record_file f on f.file_id = p.file_id
  where p.is_truncated and not p.has_next
)
select * from final
