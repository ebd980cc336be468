-- Machines with alerts, those without a healthy sensor first; fifteen, with the count of all.
-- grain: one row per machine
-- key: position
with counted as (
  select *, cast(count(*) over () as integer) as rows_in_all from integration.alert_machine
),
final as (
  select position, rows_in_all, coalesce(name, subject) as name, owner, subscription_name, alerts, high_alerts, alerts_open, alerts_protected, alerts_unprotected, alerts_uncovered,
         case when machine_number is null then 'unknown machine' else coalesce(last_health, 'unknown') end as last_health
  from counted where position <= 15
)
select * from final order by position
