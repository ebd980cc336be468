-- severity: warning
-- Defender for Cloud shows sensor health with Plan 2, or with Plan 1 and Defender CSPM. With Plan 1 alone a machine that
-- Defender for Endpoint does not list is of unknown health, not unhealthy.
with setting as (
  select subscription_id, plan_name, tier, sub_plan, snapshot_at,
         row_number() over (partition by subscription_id, plan_name order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where scope_level = 'subscription' and plan_name in ('virtualmachines', 'cloudposture')
),
machine as (
  select subscription_id, count(*) as machines from ledger.machine where alive_from_at is not null group by subscription_id
),
final as (
  select s.subscription_id as subject, 'Plan 1 without Defender CSPM: sensor health is not visible in Defender for Cloud' as message,
         cast(m.machines as varchar) || case when m.machines = 1 then ' machine' else ' machines' end
           || case when c.tier is null then '; no setting of Defender CSPM is in the folder' else '; Defender CSPM is off' end as evidence
  from setting s
  join machine m on m.subscription_id = s.subscription_id
  left join setting c on c.subscription_id = s.subscription_id and c.plan_name = 'cloudposture' and c.newest = 1
  where s.plan_name = 'virtualmachines' and s.newest = 1 and s.tier = 'standard' and s.sub_plan = 'p1' and coalesce(c.tier, '') <> 'standard'
)
select * from final
