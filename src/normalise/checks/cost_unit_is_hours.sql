-- A line of Defender for Servers is measured in hours, in a unit that is known.
-- severity: warning
select f.path as subject, 'Lines of Defender for Servers have a unit of measure that is not known as hours; their hours cannot be counted.' as message,
       'lines: ' || count(*) || '; unit: ' || coalesce(l.unit_of_measure, '(none)') || '; the first: row ' || min(l.row_number) as evidence
from normalise.cost_line l
join raw.source_file f on f.file_id = l.file_id
where l.line_class = 'defender' and l.hours_per_unit is null
  and (lower(l.product_name) like 'microsoft defender for servers%' or regexp_matches(lower(l.meter_name), '^(standard|trial) p[12] node'))
group by f.path, l.unit_of_measure
