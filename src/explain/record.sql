-- What the files say of the machine beside the bill: inventory, operations, plan settings, extensions, endpoint records.
-- Records that repeat what the one before said stand in one row with their number, first and last file.
-- grain: one row per source, id and run of equal records
-- key: source, subject, first_moment, says
with id as (
  select i.resource_id, i.from_at, i.until_at, m.subscription_id
  from ledger.machine_identity i
  join config.explained e on e.machine_id = i.machine_id
  join ledger.machine m on m.machine_id = i.machine_id
),
inventory as (
  select 'inventory' as source, l.resource_id as subject, l.snapshot_at as moment_at, l.file_id,
         coalesce('power ' || l.power, 'Arc ' || l.arc_status, 'no power state')
           || coalesce(', ' || l.os_name, ', ' || l.os_type, '') || coalesce(', managed by ' || id_name(l.managed_by), '') as says
  from ledger.machine_listing l
  join config.explained e on e.machine_id = l.machine_id
),
operation as (
  select p.source, p.resource_id as subject, p.event_at as moment_at, p.file_id,
         replace(p.operation, '_', ' ') || ' ' || p.status || coalesce(' (' || p.correlation_id || ')', '') as says
  from normalise.power_event p
  join id i on i.resource_id = p.resource_id and i.from_at <= p.event_at and p.event_at < i.until_at
),
plan as (
  select distinct 'plan setting' as source, s.scope_id as subject, s.snapshot_at as moment_at, s.file_id,
         s.plan_name || ': ' || coalesce(s.tier, 'tier not said') || coalesce(' ' || s.sub_plan, '') || case when s.is_inherited then ' (inherited)' else '' end as says
  from normalise.plan_setting s
  join id i on s.scope_id = i.resource_id or (s.scope_level = 'subscription' and s.subscription_id = i.subscription_id)
  where s.plan_name in ('virtualmachines', 'cloudposture')
),
extension as (
  select x.extension_type as source, x.resource_id as subject, x.snapshot_at as moment_at, x.file_id,
         coalesce(x.provisioning_state, 'state not said') || coalesce(', code ' || x.error_code, '') || coalesce(': ' || x.message, '') as says
  from normalise.extension x
  join id i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
),
device as (
  select 'endpoint' as source, d.device_id as subject, d.snapshot_at as moment_at, d.file_id,
         coalesce(replace(d.onboarding, '_', ' '), 'onboarding not said') || ', sensor ' || coalesce(replace(d.health_status, '_', ' '), 'not said')
           || ', ' || m.status || coalesce(' by ' || replace(m.evidence, '_', ' '), '') as says
  from ledger.endpoint_match m
  join config.explained e on e.machine_id = m.machine_id or e.machine_id = 'device:' || m.device_id
  join normalise.endpoint_device d on d.device_id = m.device_id and d.snapshot_at = m.snapshot_at
),
record as (
  select * from inventory union all select * from operation union all select * from plan union all select * from extension union all select * from device
),
compared as (
  select *, case when says = lag(says) over w then 0 else 1 end as is_new
  from record
  window w as (partition by source, subject order by moment_at, file_id, says)
),
numbered as (
  select *, sum(is_new) over (partition by source, subject order by moment_at, file_id, says rows unbounded preceding) as run from compared
),
grouped as (
  select source, subject, min(says) as says, min(moment_at) as first_at, max(moment_at) as last_at, count(*) as records,
         min(file_id) as first_file_id, max(file_id) as last_file_id
  from numbered
  group by source, subject, run
),
final as (
  select g.source, g.subject, g.says, moment_text(g.first_at) as first_moment, moment_text(g.last_at) as last_moment, cast(g.records as integer) as records,
         f.path as first_file, l.path as last_file
  from grouped g
  left join normalise.source_file f on f.file_id = g.first_file_id
  left join normalise.source_file l on l.file_id = g.last_file_id
)
select * from final
order by source, subject, first_moment, says
