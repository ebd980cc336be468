-- severity: warning
-- A machine that an alert names has a healthy sensor at the end of the period: where it has none, later alerts may be missing.
with final as (
  select subject, 'alerts name a machine without a healthy sensor' as message,
         cast(alerts as varchar) || case when alerts = 1 then ' alert' else ' alerts' end || ' for ' || coalesce(name, subject) || ', sensor ' || coalesce(last_health, 'not known') as evidence
  from integration.alert_machine
  where coalesce(last_health, '') not in ('healthy', 'not_applicable')
)
select * from final
