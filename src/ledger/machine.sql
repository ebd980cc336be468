-- Every machine that any source knows, with what is known of it and its lifetime.
-- life_from_at / life_until_at: as far as the data tells, unbounded where it does not; alive_…: clipped to the period.
-- grain: one row per machine
-- key: machine_id
with record as (
  select i.machine_id, r.*
  from normalise.machine_record r
  join ledger.machine_identity i
    on i.resource_id = r.resource_id and (i.machine_id = r.vm_id or (r.vm_id is null and i.from_at <= r.snapshot_at and r.snapshot_at < i.until_at))
),
record_ranked as (
  select *, row_number() over (partition by machine_id order by snapshot_at desc, resource_id) as newest from record
),
newest_record as (
  select * from record_ranked where newest = 1
),
record_span as (
  select machine_id, min(created_at) as created_at, min(snapshot_at) as first_at, max(snapshot_at) as last_at
  from record group by machine_id
),
listing_stamp as (
  select kind, subscription_id, snapshot_at,
         lag(snapshot_at) over (partition by kind, subscription_id order by snapshot_at) as earlier_at
  from (select distinct kind, subscription_id, snapshot_at from normalise.machine_record) r
),
newest_listing as (
  -- pages of one listing may carry stamps up to ten minutes apart: its first stamp counts
  select kind, subscription_id, max(snapshot_at) as newest_at
  from listing_stamp
  where earlier_at is null or snapshot_at - earlier_at > 600
  group by kind, subscription_id
),
billed as (
  select i.machine_id, s.first_at, s.last_at
  from ledger.machine_source s
  join ledger.machine_identity i on i.resource_id = s.resource_id and i.from_at = 0 and i.until_at = 253402300800
  where s.source = 'bill'
  union all
  -- an id that changed hands: each day's lines speak of the owner at the day's end
  select i.machine_id, day_at(l.charge_day) as first_at, day_at(l.charge_day) + 86399 as last_at
  from ledger.machine_identity i
  join normalise.cost_line l
    on l.resource_id = i.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  where i.from_at > 0 or i.until_at < 253402300800
),
bill_span as (
  select machine_id, min(first_at) as first_at, max(last_at) as last_at from billed group by machine_id
),
event_span as (
  select machine_id, min(event_at) as first_at, max(event_at) as last_at,
         max(case when operation = 'delete' then event_at end) as deleted_at,
         max(case when operation <> 'delete' then event_at end) as last_other_at,
         min(case when operation = 'write' then event_at end) as written_at
  from ledger.power_event group by machine_id
),
identity_span as (
  select machine_id, max(resource_id) as any_resource_id, count(*) as ids, min(from_at) as from_at, max(until_at) as until_at
  from ledger.machine_identity group by machine_id
),
current_id as (
  select machine_id, resource_id, resource_id_display,
         row_number() over (partition by machine_id order by last_at desc, resource_id) as newest
  from (
    select i.machine_id, i.resource_id, i.resource_id_display, coalesce(max(s.last_at), 0) as last_at
    from ledger.machine_identity i
    left join ledger.machine_source s on s.resource_id = i.resource_id and coalesce(s.vm_id, i.machine_id) = i.machine_id
    group by i.machine_id, i.resource_id, i.resource_id_display
  ) x
),
device_match as (
  select m.machine_id, m.device_id, m.evidence, d.os_class, d.os_platform,
         row_number() over (partition by m.machine_id order by m.as_of_at desc, m.device_id) as newest
  from ledger.endpoint_match m
  join normalise.endpoint_device d on d.device_id = m.device_id and d.snapshot_at = m.snapshot_at
  where m.status = 'matched'
),
bill_words as (
  select l.resource_id, max(l.subscription_name) as subscription_name, max(l.tags) as tags
  from normalise.cost_line l where l.resource_id is not null group by l.resource_id
),
uniform_set as (
  select resource_id, max(orchestration_mode) as orchestration_mode from normalise.scale_set group by resource_id
),
tenant as (
  select subscription_id, max(name) as name, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
billed_name as (
  select subscription_id, max(subscription_name) as name from normalise.cost_line where subscription_id is not null group by subscription_id
),
arm_machine as (
  select c.machine_id,
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
         case when s.machine_id = c.resource_id then cast(null as varchar) else s.machine_id end as vm_id,
         r.fqdn,
         nullif(trim(tag_value(coalesce(r.tags, b.tags), o.value)), '') as owner,
         coalesce(r.tags, b.tags) as tags,
         coalesce(q.created_at, e.written_at) as created_at,
         e.deleted_at, e.last_other_at, q.first_at as first_listed_at, q.last_at as last_listed_at, l.newest_at,
         bs.first_at as first_billed_at, bs.last_at as last_billed_at, e.first_at as first_event_at, e.last_at as last_event_at,
         s.ids, s.until_at as identity_until_at,
         u.orchestration_mode,
         coalesce(r.scale_set_id, case when machine_kind(c.resource_id) = 'scale-set-instance'
           then regexp_extract(c.resource_id, '^(.*/virtualmachinescalesets/[^/]+)', 1) end) as scale_set_id,
         d.device_id, d.evidence as match_evidence
  from current_id c
  join identity_span s on s.machine_id = c.machine_id
  left join newest_record r on r.machine_id = c.machine_id
  left join record_span q on q.machine_id = c.machine_id
  left join newest_listing l on l.kind = r.kind and l.subscription_id = r.subscription_id
  left join bill_span bs on bs.machine_id = c.machine_id
  left join event_span e on e.machine_id = c.machine_id
  left join device_match d on d.machine_id = c.machine_id and d.newest = 1
  left join bill_words b on b.resource_id = c.resource_id
  left join tenant t on t.subscription_id = coalesce(r.subscription_id, id_subscription(c.resource_id))
  left join billed_name n on n.subscription_id = coalesce(r.subscription_id, id_subscription(c.resource_id))
  left join config.setting o on o.key = 'owner_tag'
  left join uniform_set u on u.resource_id = coalesce(r.scale_set_id, regexp_extract(c.resource_id, '^(.*/virtualmachinescalesets/[^/]+)', 1))
  where c.newest = 1
),
arm_life as (
  select *,
         case when created_at is not null then created_at
              when first_listed_at is null and first_event_at is null and match_evidence is null and first_billed_at is not null then first_billed_at
              else 0 end as life_from_at,
         least(
           case when deleted_at is not null
                     and coalesce(last_other_at, 0) <= deleted_at and coalesce(last_listed_at, 0) <= deleted_at
                     and coalesce(last_billed_at, 0) < day_at(next_day(day_of(deleted_at))) then deleted_at else 253402300800 end,
           case when ids = 1 then identity_until_at else 253402300800 end,
           case when first_listed_at is null and first_event_at is null and match_evidence is null and last_billed_at is not null
                then last_billed_at + 1 else 253402300800 end,
           case when last_listed_at < newest_at
                then day_at(next_day(day_of(greatest(last_listed_at, coalesce(last_billed_at, 0), coalesce(last_event_at, 0)))))
                else 253402300800 end) as life_until_at
  from arm_machine
),
direct_device as (
  select d.device_id, min(coalesce(d.first_seen_at, d.snapshot_at)) as first_seen_at, max(d.last_seen_at) as last_seen_at,
         max(d.dns_name) as dns_name, max(d.os_class) as os_class, max(d.os_platform) as os_platform,
         max(coalesce(d.subscription_id, id_subscription(d.azure_resource_id))) as subscription_id,
         max(d.azure_resource_id) as azure_resource_id, max(d.vm_id) as vm_id
  from ledger.endpoint_match m
  join normalise.endpoint_device d on d.device_id = m.device_id and d.snapshot_at = m.snapshot_at
  left join (select distinct device_id from ledger.endpoint_match where machine_id is not null) known on known.device_id = m.device_id
  where m.status = 'unmatched' and known.device_id is null
  group by d.device_id
),
direct_life as (
  select 'device:' || d.device_id as machine_id, d.*, t.name as subscription_name, t.tenant_id
  from direct_device d
  left join tenant t on t.subscription_id = d.subscription_id
),
together as (
  select machine_id, kind, os_class, os_name, managed_by, subscription_id, subscription_name, tenant_id, resource_group, location, name,
         resource_id, resource_id_display, vm_id, fqdn, owner, tags, created_at,
         case when life_until_at < 253402300800 then life_until_at end as deleted_at, life_from_at, life_until_at,
         orchestration_mode, scale_set_id,
         case when first_listed_at is not null then true else false end as known_to_inventory,
         case when first_billed_at is not null then true else false end as known_to_bill,
         case when match_evidence is not null then true else false end as known_to_endpoint,
         device_id, match_evidence
  from arm_life
  union all
  select machine_id, 'direct' as kind, os_class, os_platform as os_name, cast(null as varchar) as managed_by, subscription_id,
         subscription_name, tenant_id, cast(null as varchar) as resource_group, cast(null as varchar) as location,
         coalesce(dns_name, device_id) as name, azure_resource_id as resource_id, azure_resource_id as resource_id_display, vm_id,
         case when strpos(dns_name, '.') > 0 then dns_name end as fqdn, cast(null as varchar) as owner, cast(null as varchar) as tags,
         first_seen_at as created_at, cast(null as bigint) as deleted_at, coalesce(first_seen_at, 0) as life_from_at,
         253402300800 as life_until_at, cast(null as varchar) as orchestration_mode, cast(null as varchar) as scale_set_id,
         false as known_to_inventory, false as known_to_bill, true as known_to_endpoint, device_id, cast(null as varchar) as match_evidence
  from direct_life
),
final as (
  select g.*,
         case when greatest(g.life_from_at, p.from_at) < least(g.life_until_at, p.until_at) then greatest(g.life_from_at, p.from_at) end as alive_from_at,
         case when greatest(g.life_from_at, p.from_at) < least(g.life_until_at, p.until_at) then least(g.life_until_at, p.until_at) end as alive_until_at,
         case when g.os_class in ('server', 'unknown') and g.managed_by is null then true else false end as in_licence_scope
  from together g
  cross join config.period p
  left join config.subscription_filter f on f.subscription_id = g.subscription_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
)
select * from final
