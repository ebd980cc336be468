-- A Defender line says how much was used.
-- severity: warning
select f.path as subject, 'Defender lines have no quantity that can be read; their hours cannot be counted.' as message,
       'lines: ' || count(*) || '; the first: row ' || min(l.row_number) as evidence
from normalise.cost_line l
join raw.source_file f on f.file_id = l.file_id
where l.line_class = 'defender' and l.quantity is null
group by f.path
