-- severity: warning
-- A subscription that says it is partially covered has machines whose plan differs from its own. Without their
-- resource-level settings the plan of machines that are not billed by themselves is a guess.
with setting as (
  select *, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where plan_name = 'virtualmachines' and scope_level = 'subscription'
),
exception as (
  select distinct subscription_id from normalise.plan_setting
  where plan_name = 'virtualmachines' and scope_level = 'resource' and not coalesce(is_inherited, false)
),
final as (
  select s.subscription_id as subject, 'the subscription is covered in part, but no setting of a single machine is in the folder' as message,
         'as of ' || coalesce(moment_text(s.snapshot_at), 'an unknown moment') || ', plan ' || coalesce(s.sub_plan, s.tier, 'unknown') as evidence
  from setting s
  join (select distinct subscription_id from ledger.machine where alive_from_at is not null) m on m.subscription_id = s.subscription_id
  left join exception e on e.subscription_id = s.subscription_id
  where s.newest = 1 and s.coverage_status = 'partiallycovered' and e.subscription_id is null
)
select * from final
