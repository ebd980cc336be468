-- The resource of a line is an id of Azure Resource Manager; what is none belongs to no machine.
-- severity: warning
select f.path as subject, 'Lines name a resource by something that is no ARM id; they belong to no machine.' as message,
       'lines: ' || count(*) || '; the first, row ' || min(l.row_number) || ': ' || left(min_by(l.resource_id_display, l.row_number), 120) as evidence
from normalise.cost_line l
join raw.source_file f on f.file_id = l.file_id
where l.resource_id is null and l.resource_id_display is not null
group by f.path
