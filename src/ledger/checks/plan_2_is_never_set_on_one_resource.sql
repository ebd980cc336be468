-- severity: error
-- Plan 2 can be set on a subscription only: a single resource that claims it, while its subscription does not have it,
-- is a broken export or a misread one.
with setting as (
  select *, row_number() over (partition by scope_id order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where plan_name = 'virtualmachines'
),
final as (
  select r.scope_id as subject, 'Plan 2 is set on a single resource, which Azure does not allow' as message,
         'file ' || coalesce(f.path, cast(r.file_id as varchar)) || ', subscription: ' || coalesce(s.sub_plan, s.tier, 'unknown') as evidence
  from setting r
  left join setting s on s.scope_level = 'subscription' and s.subscription_id = r.subscription_id and s.newest = 1
  left join normalise.source_file f on f.file_id = r.file_id
  where r.newest = 1 and r.scope_level = 'resource' and r.tier = 'standard' and r.sub_plan = 'p2'
    and (r.is_inherited = false or (r.is_inherited is null and coalesce(s.sub_plan, '') <> 'p2'))
)
select * from final
