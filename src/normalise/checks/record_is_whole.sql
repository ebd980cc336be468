-- severity: error
-- No record is cut. PowerShell writes values that lie deeper than its limit as text like @{vmId=…}: what was in them is lost.
with final as (
  select f.path as subject, 'PowerShell cut nested values; write the file again with ConvertTo-Json -Depth 100' as message,
         cast(sum(c.record_count) as varchar) || ' records' as evidence
  from raw.cut_record c
  join raw.record_file f on f.file_id = c.file_id
  group by f.path
)
select * from final
