-- The figures of the period in which no money is: hours, coverage and counts. Known hours are those with a verdict.
-- grain: one row
-- key: none
with final as (
  select max(case when figure = 'time_coverage' then value end) as time_coverage,
         max(case when figure = 'time_coverage' then reason end) as time_coverage_reason,
         max(case when figure = 'machine_coverage' then value end) as machine_coverage,
         max(case when figure = 'machine_coverage' then reason end) as machine_coverage_reason,
         amount(coalesce(max(case when figure = 'running_hours' then value end), 0)) as running_hours,
         amount(coalesce(max(case when figure = 'stopped_hours' then value end), 0)) as stopped_hours,
         amount(coalesce(max(case when figure = 'expected_hours' then value end), 0)) as expected_hours,
         amount(coalesce(max(case when figure = 'billed_hours' then value end), 0)) as billed_hours,
         amount(coalesce(max(case when figure = 'exposed_hours' then value end), 0)) as exposed_hours,
         amount(coalesce(max(case when figure = 'healthy_running_hours' then value end), 0)) as healthy_hours,
         amount(coalesce(max(case when figure = 'applicable_running_hours' then value end), 0)) as applicable_hours,
         amount(coalesce(max(case when figure = 'judged_running_hours' then value end), 0)) as judged_hours,
         amount(coalesce(max(case when figure = 'applicable_running_hours' then value end), 0)
                - coalesce(max(case when figure = 'judged_running_hours' then value end), 0)) as unknown_hours,
         amount(coalesce(max(case when figure = 'judged_running_hours' then value end), 0)
                - coalesce(max(case when figure = 'healthy_running_hours' then value end), 0)) as unhealthy_hours,
         amount(coalesce(max(case when figure = 'running_hours_observed' then value end), 0)) as observed_hours,
         amount(coalesce(max(case when figure = 'running_hours_inferred' then value end), 0)) as inferred_hours,
         amount(coalesce(max(case when figure = 'running_hours_assumed' then value end), 0)) as assumed_hours,
         amount(coalesce(max(case when figure = 'running_hours_none' then value end), 0)) as unproved_hours
  from ledger.figure
  where billing_currency is null
)
select * from final
