-- The last day of an export has at least half as many lines as the poorest of the days before; else it was cut short or
-- taken before the day's charges had arrived.
-- severity: warning
with day as (
  select i.run_id, min(i.path) as path, export_day(d.charge_date) as day, sum(d.line_count) as line_count
  from raw.cost_day d
  join raw.cost_input i on i.file_id = d.file_id
  group by i.run_id, export_day(d.charge_date)
),
ranked as (
  select *, row_number() over (partition by run_id order by day desc) as place from day
),
run as (
  select run_id, min(path) as path, max(case when place = 1 then day end) as last_day,
         max(case when place = 1 then line_count end) as last_count, min(case when place > 1 then line_count end) as fewest_count,
         count(*) as days
  from ranked
  where place <= 15
  group by run_id
)
select path as subject, 'The last day has far fewer lines than the days before: the export may be cut short, or taken before the day was complete.' as message,
       last_day || ': ' || 'lines ' || cast(last_count as bigint) || ', on the days before at least ' || cast(fewest_count as bigint) as evidence
from run
where days >= 4 and fewest_count >= 4 and last_count * 2 < fewest_count
