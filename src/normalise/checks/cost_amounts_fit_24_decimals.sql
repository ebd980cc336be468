-- Amounts have at most 24 decimals; what lies beyond is rounded once, when the file is read.
-- severity: info
select i.path as subject, 'Amounts have more than 24 decimals; the digits beyond were rounded.' as message,
       cast(sum(d.rounded_lines) as bigint) || ' of ' || cast(sum(d.line_count) as bigint) || ' lines' as evidence
from raw.cost_day d
join raw.cost_input i on i.file_id = d.file_id
group by i.path
having sum(d.rounded_lines) > 0
