-- What lines of the bill say of what they are for, and from when to when they say so: a few rows for each resource.
-- grain: one row per class of lines and words about a resource
-- key: line_class, resource_key
with billed as (
  select line_class, resource_key, min(charge_day) as first_day, max(charge_day) as last_day
  from normalise.cost_charge
  group by line_class, resource_key
),
final as (
  select b.line_class, b.resource_key, r.resource_id, r.resource_id_display, r.subscription_id, r.subscription_name, r.tags, b.first_day, b.last_day
  from billed b
  join normalise.cost_resource r on r.resource_key = b.resource_key
)
select * from final
