-- A cost file with exactly as many lines as a page or a preview has may be cut short, unless its manifest counts as many.
-- severity: warning
with counted as (
  select i.path, i.is_counted, cast(sum(d.line_count) as bigint) as line_count
  from raw.cost_input i
  join raw.cost_day d on d.file_id = i.file_id
  group by i.path, i.is_counted
)
select path as subject, 'The export may be cut short: its number of lines is exactly a page size.' as message,
       'lines: ' || line_count as evidence
from counted
where not is_counted and line_count in (1000, 5000, 10000, 50000, 100000)
