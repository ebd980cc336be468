-- The file names the unit of measure of what it counts; where it does not, the price list's unit of the meter is taken.
-- severity: info
select f.path as subject, 'The answer names no unit of measure; quantities are taken for hours, as the price list counts this meter.' as message,
       'lines: ' || count(*) || '; meter: ' || l.meter_name || '; the first: row ' || min(l.row_number) as evidence
from normalise.cost_line l
join raw.source_file f on f.file_id = l.file_id
where l.line_class = 'defender' and l.unit_of_measure is null and l.hours_per_unit is not null
group by f.path, l.meter_name
