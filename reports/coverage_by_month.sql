-- Coverage of each month, with the change in percentage points since the month before.
-- grain: one row per month
-- key: month
with pivoted as (
  select month,
         max(case when figure = 'time_coverage' then value end) as time_coverage,
         max(case when figure = 'machine_coverage' then value end) as machine_coverage
  from history.figure
  where billing_currency is null
  group by month
),
before as (
  select *, lag(month) over (order by month) as earlier_month, lag(time_coverage) over (order by month) as earlier_time_coverage,
         lag(machine_coverage) over (order by month) as earlier_machine_coverage
  from pivoted
),
final as (
  select month, time_coverage, machine_coverage,
         case when day_at(month) - day_at(earlier_month) <= 31 * 86400 then amount(time_coverage - earlier_time_coverage) end as time_coverage_change,
         case when day_at(month) - day_at(earlier_month) <= 31 * 86400 then amount(machine_coverage - earlier_machine_coverage) end as machine_coverage_change
  from before
)
select * from final order by month
