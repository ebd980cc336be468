-- How long new machines were without a healthy sensor, by subscription and state.
-- grain: one row per subscription and state
-- key: subscription_name, state
with final as (
  select coalesce(subscription_name, subscription_id, 'not known') as subscription_name, state, cast(count(*) as integer) as machines,
         hours_of_seconds(min(at_most_seconds)) as shortest_hours, hours_of_seconds(max(at_most_seconds)) as longest_hours
  from integration.provisioning
  group by coalesce(subscription_name, subscription_id, 'not known'), state
)
select * from final order by subscription_name, state
