-- What the lines of a bill are for: resources with their names, subscription and tags, in each spelling that occurs.
-- grain: one row per distinct words of a line about its resource
-- key: resource_key
with named as (
  select r.*, case when is_arm_id(r.resource_id) then arm_id(r.resource_id) end as arm_resource_id,
         lower(nullif(regexp_extract(r.subscription_id, '([^/]+)/?$', 1), '')) as written_subscription_id
  from raw.cost_resource_text r
),
final as (
  select resource_key, arm_resource_id as resource_id, resource_id as resource_id_display, resource_name,
         lower(case when resource_group is null then id_resource_group(arm_resource_id) else resource_group end) as resource_group,
         case when written_subscription_id is null then id_subscription(arm_resource_id) else written_subscription_id end as subscription_id,
         subscription_name,
         case when tags is null or trim(tags) = '' then null
              when left(ltrim(tags), 1) = '{' then tags else '{' || tags || '}' end as tags,
         additional_info
  from named
)
select * from final
