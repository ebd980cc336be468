-- Alerts by what the hour was, beside the running hours of that state.
-- grain: one row per hour state
-- key: hour_state
with final as (
  select hour_state, position, alerts, machines, high_alerts, hours, per_thousand from integration.alert_rate
)
select * from final order by position
