-- What each subscription with machines gives its sensors: plan, Defender CSPM, deployment (WDATP), and whether Defender for
-- Cloud shows sensor health there (Plan 2, or Plan 1 with Defender CSPM). NULL: no setting is in the folder.
-- grain: one row per subscription
-- key: subscription_id
with setting as (
  select *, row_number() over (partition by subscription_id, plan_name order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where scope_level = 'subscription'
),
deployment as (
  select *, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest from normalise.endpoint_setting
),
last_health as (
  select machine_number, max_by(health, from_at) as health from ledger.health group by machine_number
),
machine as (
  select m.subscription_id, max(m.subscription_name) as name, cast(count(*) as integer) as machines,
         cast(sum(case when h.health = 'healthy' then 1 else 0 end) as integer) as healthy,
         cast(sum(case when h.health = 'unhealthy' then 1 else 0 end) as integer) as unhealthy,
         cast(sum(case when h.health = 'not_applicable' then 1 else 0 end) as integer) as not_applicable
  from ledger.machine m
  left join last_health h on h.machine_number = m.machine_number
  where m.alive_from_at is not null and m.subscription_id is not null
  group by m.subscription_id
),
final as (
  select m.subscription_id, m.name, m.machines, m.healthy, m.unhealthy, m.not_applicable,
         case when v.tier = 'free' then 'none' when v.tier = 'standard' then coalesce(v.sub_plan, 'p2') end as plan,
         case c.tier when 'standard' then true when 'free' then false end as has_posture, d.is_enabled as is_deployment_on, v.coverage_status,
         case when v.tier is null then cast(null as boolean) when v.tier = 'standard' and (coalesce(v.sub_plan, 'p2') = 'p2' or c.tier = 'standard') then true
              when v.tier = 'standard' and c.tier is null then cast(null as boolean) else false end as is_health_shown
  from machine m
  left join setting v on v.subscription_id = m.subscription_id and v.plan_name = 'virtualmachines' and v.newest = 1
  left join setting c on c.subscription_id = m.subscription_id and c.plan_name = 'cloudposture' and c.newest = 1
  left join deployment d on d.subscription_id = m.subscription_id and d.newest = 1
)
select * from final
