-- What the files say of the machine beside the bill: inventory, operations, availability metric, plan settings, extensions,
-- endpoint records. Records that repeat what the one before said stand in one row with their number, and the first and the
-- last of them with file and row (`row_number` of src/normalise/relations.ts). Of the metric a record is an hour; hours
-- without a value end a row.
-- grain: one row per source, id and run of equal records
-- key: source, subject, first_moment, says
with id as (
  select i.resource_id, i.from_at, i.until_at, m.subscription_id
  from ledger.machine_identity i
  join config.explained e on e.machine_number = i.machine_number
  join ledger.machine m on m.machine_number = i.machine_number
),
inventory as (
  select 'inventory' as source, l.resource_id as subject, l.snapshot_at as moment_at, l.file_id, l.row_number,
         coalesce('power ' || l.power, 'Arc ' || l.arc_status, 'no power state')
           || coalesce(', ' || l.os_name, ', ' || l.os_type, '') || coalesce(', managed by ' || id_name(l.managed_by), '') as says
  from ledger.machine_listing l
  join config.explained e on e.machine_number = l.machine_number
),
operation as (
  select p.source, p.resource_id as subject, p.event_at as moment_at, p.file_id, p.row_number,
         replace(p.operation, '_', ' ') || ' ' || p.status || coalesce(' (' || p.correlation_id || ')', '') as says
  from normalise.power_event p
  join id i on i.resource_id = p.resource_id and i.from_at <= p.event_at and p.event_at < i.until_at
),
metric as (
  select 'availability metric' as source, a.resource_id as subject, a.hour_at as moment_at, a.file_id, a.row_number,
         case when a.average = 1 then 'up' when a.average = 0 then 'down, still allocated' else 'up for a part of the hour' end as says
  from normalise.availability a
  join id i on i.resource_id = a.resource_id and i.from_at <= a.hour_at and a.hour_at < i.until_at
),
plan as (
  select distinct 'plan setting' as source, s.scope_id as subject, s.snapshot_at as moment_at, s.file_id, s.row_number,
         s.plan_name || ': ' || coalesce(s.tier, 'tier not said') || coalesce(' ' || s.sub_plan, '') || case when s.is_inherited then ' (inherited)' else '' end as says
  from normalise.plan_setting s
  join id i on s.scope_id = i.resource_id or (s.scope_level = 'subscription' and s.subscription_id = i.subscription_id)
  where s.plan_name in ('virtualmachines', 'cloudposture')
),
extension as (
  select x.extension_type as source, x.resource_id as subject, x.snapshot_at as moment_at, x.file_id, x.row_number,
         coalesce(x.provisioning_state, 'state not said') || coalesce(', code ' || x.error_code, '') || coalesce(': ' || x.message, '') as says
  from normalise.extension x
  join id i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
),
device as (
  select 'endpoint' as source, d.device_id as subject, d.snapshot_at as moment_at, d.file_id, d.row_number,
         coalesce(replace(d.onboarding, '_', ' '), 'onboarding not said') || ', sensor ' || coalesce(replace(d.health_status, '_', ' '), 'not said')
           || ', ' || m.status || coalesce(' by ' || replace(m.evidence, '_', ' '), '') as says
  from ledger.endpoint_match m
  join config.explained e on e.machine_number = m.machine_number or e.machine_number = m.device_number
  join normalise.endpoint_device d on d.device_id = m.device_id
  join ledger.endpoint_snapshot s on s.snapshot_at = d.snapshot_at and m.first_listing <= s.listing and s.listing <= m.last_listing
),
record as (
  select * from inventory union all select * from operation union all select * from metric union all select * from plan union all select * from extension
  union all select * from device
),
compared as (
  select *, case when says = lag(says) over w and (source <> 'availability metric' or moment_at - lag(moment_at) over w <= 3600) then 0 else 1 end as is_new
  from record
  window w as (partition by source, subject order by moment_at, file_id, says, row_number)
),
numbered as (
  select *, sum(is_new) over (partition by source, subject order by moment_at, file_id, says, row_number rows unbounded preceding) as run from compared
),
placed as (
  select *,
         row_number() over (partition by source, subject, run order by moment_at, file_id, row_number) as place,
         count(*) over (partition by source, subject, run) as records
  from numbered
),
grouped as (
  select source, subject, min(says) as says, min(moment_at) as first_at, max(moment_at) as last_at, max(records) as records,
         max(case when place = 1 then file_id end) as first_file_id, max(case when place = 1 then row_number end) as first_row,
         max(case when place = records then file_id end) as last_file_id, max(case when place = records then row_number end) as last_row
  from placed
  group by source, subject, run
),
final as (
  select g.source, g.subject, g.says, moment_text(g.first_at) as first_moment, moment_text(g.last_at) as last_moment, cast(g.records as integer) as records,
         f.path as first_file, g.first_row, l.path as last_file, g.last_row
  from grouped g
  left join normalise.source_file f on f.file_id = g.first_file_id
  left join normalise.source_file l on l.file_id = g.last_file_id
)
select * from final
order by source, subject, first_moment, says
