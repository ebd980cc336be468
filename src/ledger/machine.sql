-- Every machine that any source knows, with what is known of it: the newest inventory record, else the bill's words.
-- machine_id: its key for people; machine_number: the same in other relations (`machine_number`).
-- created_at / deleted_at: known moments only; alive_from_at / alive_until_at: its lifetime within the period, NULL when
-- it has none.
-- grain: one row per machine
-- key: machine_number
with uniform_set as (
  select resource_id, max(orchestration_mode) as orchestration_mode from normalise.scale_set group by resource_id
),
tenant as (
  select subscription_id, max(name) as name, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
billed_name as (
  select subscription_id, max(subscription_name) as name
  from (select distinct subscription_id, subscription_name from ledger.billed_wording where subscription_id is not null) w
  group by subscription_id
),
direct_words as (
  -- a charge of direct onboarding carries the tags of its machine, not those of the subscription that pays for all
  select direct_onboarding_device(resource_id) as device_id, max(tags) as tags
  from ledger.billed_wording
  where direct_onboarding_device(resource_id) is not null and tags is not null
  group by direct_onboarding_device(resource_id)
),
arm_machine as (
  select c.machine_number, c.machine_id,
         machine_kind(c.resource_id) as kind,
         coalesce(case when r.os_name is null then null
                       when lower(r.os_name) like '%server%' then 'server'
                       when lower(r.os_name) like '%windows%10%' or lower(r.os_name) like '%windows%11%'
                         or lower(r.os_name) like '%win10%' or lower(r.os_name) like '%win11%' or lower(r.os_name) like '%windows-client%' then 'client' end,
                  case when r.os_type = 'linux' then 'server' end,
                  case when d.os_class in ('server', 'client') then d.os_class end,
                  'unknown') as os_class,
         coalesce(r.os_name, d.os_platform) as os_name,
         case when lower(coalesce(r.managed_by, '')) like '%containerservice%' then 'AKS'
              when lower(coalesce(r.managed_by, '')) like '%databricks%' then 'Databricks'
              when coalesce(r.resource_group, id_resource_group(c.resource_id)) like 'mc\_%' escape '\' then 'AKS'
              when r.image_publisher = 'microsoft-aks' then 'AKS'
              when coalesce(r.resource_group, id_resource_group(c.resource_id)) like 'databricks-rg-%' then 'Databricks'
              when lower(tag_value(coalesce(r.tags, b.tags), 'Vendor')) = 'databricks' then 'Databricks'
              when r.managed_by is not null then id_name(r.managed_by) end as managed_by,
         coalesce(r.subscription_id, id_subscription(c.resource_id)) as subscription_id,
         coalesce(t.name, n.name, b.subscription_name) as subscription_name,
         t.tenant_id,
         coalesce(r.resource_group, id_resource_group(c.resource_id)) as resource_group,
         r.location,
         coalesce(r.name, id_name(c.resource_id_display)) as name,
         c.resource_id, c.resource_id_display,
         case when c.machine_id = c.resource_id then cast(null as varchar) else c.machine_id end as vm_id,
         r.fqdn,
         nullif(trim(tag_value(coalesce(r.tags, b.tags), o.value)), '') as owner,
         coalesce(r.tags, b.tags) as tags,
         f.created_at, f.life_from_at, f.life_until_at, f.known_to_inventory, f.known_to_bill, f.known_to_endpoint, u.orchestration_mode,
         coalesce(r.scale_set_id, case when machine_kind(c.resource_id) = 'scale-set-instance'
           then id_scale_set(c.resource_id) end) as scale_set_id,
         d.device_id, d.evidence as match_evidence
  from ledger.current_id c
  join ledger.machine_life f on f.machine_number = c.machine_number
  left join ledger.latest_listing r on r.machine_number = c.machine_number
  left join ledger.latest_match d on d.machine_number = c.machine_number
  left join ledger.billed_id b on b.resource_id = c.resource_id
  left join tenant t on t.subscription_id = coalesce(r.subscription_id, id_subscription(c.resource_id))
  left join billed_name n on n.subscription_id = coalesce(r.subscription_id, id_subscription(c.resource_id))
  left join config.setting o on o.key = 'owner_tag'
  left join uniform_set u on u.resource_id = coalesce(r.scale_set_id, id_scale_set(c.resource_id))
),
together as (
  select machine_number, machine_id, kind, os_class, os_name, managed_by, subscription_id, subscription_name, tenant_id, resource_group, location, name,
         resource_id, resource_id_display, vm_id, fqdn, owner, tags, created_at, life_from_at, life_until_at,
         orchestration_mode, scale_set_id, known_to_inventory, known_to_bill, known_to_endpoint, device_id, match_evidence
  from arm_machine
  union all
  select d.machine_number, d.machine_id, 'direct' as kind, d.os_class, d.os_name, null as managed_by, d.subscription_id, t.name as subscription_name,
         t.tenant_id, null as resource_group, null as location, d.name, d.resource_id, d.resource_id as resource_id_display, d.vm_id,
         d.fqdn, nullif(trim(tag_value(w.tags, o.value)), '') as owner, w.tags, d.life_from_at as created_at, d.life_from_at, 253402300800 as life_until_at,
         null as orchestration_mode, null as scale_set_id, false as known_to_inventory, false as known_to_bill,
         true as known_to_endpoint, d.device_id, null as match_evidence
  from ledger.machine_direct d
  left join tenant t on t.subscription_id = d.subscription_id
  left join direct_words w on w.device_id = d.device_id
  left join config.setting o on o.key = 'owner_tag'
),
final as (
  select g.*,
         case when g.life_until_at < 253402300800 then g.life_until_at end as deleted_at,
         case when greatest(g.life_from_at, p.from_at) < least(g.life_until_at, p.until_at) then greatest(g.life_from_at, p.from_at) end as alive_from_at,
         case when greatest(g.life_from_at, p.from_at) < least(g.life_until_at, p.until_at) then least(g.life_until_at, p.until_at) end as alive_until_at,
         case when g.os_class in ('server', 'unknown') and g.managed_by is null then true else false end as in_licence_scope
  from together g
  cross join config.period p
  left join config.subscription_filter f on f.subscription_id = g.subscription_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
)
select * from final
