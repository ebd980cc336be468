-- Lines that a cost allocation rule made repeat money that stands elsewhere; they are not charges.
-- severity: info
select i.path as subject, 'Lines made by a cost allocation rule are not counted as charges: they move cost that stands on other lines.' as message,
       cast(sum(d.allocation_lines) as bigint) || ' of ' || cast(sum(d.line_count) as bigint) || ' lines' as evidence
from raw.cost_day d
join raw.cost_input i on i.file_id = d.file_id
group by i.path
having sum(d.allocation_lines) > 0
