-- Hours of all machines together, by what they were worth; and how well they are evidenced.
-- grain: one row
-- key: none, there is one row
with final as (
  select hours_of_seconds(coalesce(sum(case when bucket = 'protected' then counted_seconds else 0 end), 0)) as protected_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' then counted_seconds else 0 end), 0)) as running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'stopped' then counted_seconds else 0 end), 0)) as stopped_hours,
         hours_of_seconds(coalesce(sum(case when bucket = 'exposed' then counted_seconds else 0 end), 0)) as exposed_hours,
         hours_of_seconds(coalesce(sum(case when power in ('running', 'stopped') then counted_seconds else 0 end), 0)) as expected_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health = 'healthy' then counted_seconds else 0 end), 0)) as healthy_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health <> 'not_applicable' then counted_seconds else 0 end), 0)) as applicable_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health in ('healthy', 'unhealthy') then counted_seconds else 0 end), 0)) as judged_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'observed' then seconds else 0 end), 0)) as running_hours_observed,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'inferred' then seconds else 0 end), 0)) as running_hours_inferred,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'assumed' then seconds else 0 end), 0)) as running_hours_assumed,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'none' then seconds else 0 end), 0)) as running_hours_none
  from ledger.counted_entry
)
select * from final
