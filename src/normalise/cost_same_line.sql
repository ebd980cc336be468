-- Pairs of exports with one layout of which at least half of the lines on shared days are the same: the same export
-- twice, or two states of a cumulative one.
-- grain: one row per pair of runs
-- key: run_a, run_b
with cell as (
  select i.run_id, i.schema_name, p.subscription, p.day, sum(p.line_count) as line_count, sum(p.print) as print
  from raw.cost_print p
  join raw.cost_input i on i.file_id = p.file_id
  group by i.run_id, i.schema_name, p.subscription, p.day
),
pair as (
  select a.run_id as run_a, b.run_id as run_b, sum(least(a.line_count, b.line_count)) as shared_lines,
         sum(case when a.print = b.print and a.line_count = b.line_count then a.line_count else 0 end) as same_lines,
         min(a.day) as first_day, max(a.day) as last_day
  from cell a
  join cell b on b.subscription = a.subscription and b.day = a.day and b.run_id > a.run_id and b.schema_name = a.schema_name
  group by a.run_id, b.run_id
),
final as (
  select run_a, run_b, cast(same_lines as bigint) as same_lines, first_day, last_day
  from pair
  where same_lines * 2 >= shared_lines and same_lines > 0
  order by run_a, run_b
)
select * from final
