-- What lines of the bill say of what they are for, and from when to when they say so: a few rows for each resource.
-- grain: one row per class of lines and distinct words about a resource
-- key: line_class, resource_id, resource_id_display, subscription_id, subscription_name, tags
with final as (
  select line_class, resource_id, resource_id_display, subscription_id, subscription_name, tags,
         min(charge_day) as first_day, max(charge_day) as last_day
  from normalise.cost_line
  group by line_class, resource_id, resource_id_display, subscription_id, subscription_name, tags
)
select * from final
