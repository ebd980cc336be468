-- Prerequisites of the sensors, subscription by subscription, the most machines first; twelve, with the count of all.
-- grain: one row per subscription
-- key: subscription_id
with ranked as (
  select *, cast(row_number() over (order by case when is_deployment_on = false or is_health_shown = false then 0 else 1 end, machines desc, subscription_id) as integer) as position,
         cast(count(*) over () as integer) as rows_in_all
  from integration.subscription_state
),
final as (
  select subscription_id, position, rows_in_all, coalesce(name, subscription_id) as name, machines, healthy, unhealthy, not_applicable, plan, has_posture, is_deployment_on, is_health_shown
  from ranked
  where position <= 12
)
select * from final order by position
