-- The power timeline of the machine within the period. hours: of a day known by its compute hours alone, those hours.
-- told_by, source_file, source_row: the first record that tells the segment: the operation that begins it (before the first
-- operation, that one), else a line of compute hours, else an hour of the availability metric, else the inventory record
-- nearest to its beginning that says the same, else the device's first record. None where no record speaks of it.
-- grain: one row per segment
-- key: from_moment
with segment as (
  select p.*
  from ledger.power p
  join config.explained e on e.machine_number = p.machine_number
),
id as (
  select i.resource_id, i.from_at, i.until_at
  from ledger.machine_identity i
  join config.explained e on e.machine_number = i.machine_number
),
event as (
  select v.event_at, v.operation
  from ledger.power_event v
  join config.explained e on e.machine_number = v.machine_number
),
witness as (
  select (select count(*) from event) as events,
         (select count(*) from ledger.compute_day c join config.explained e on e.machine_number = c.machine_number) as compute_days
),
opening as (
  select s.from_at, coalesce(max(case when v.event_at <= s.from_at then v.event_at end), min(v.event_at)) as event_at
  from segment s
  cross join event v
  group by s.from_at
),
told as (
  select o.from_at, 1 as choice, r.source as told_by, abs(r.event_at - v.event_at) as distance, r.file_id, r.row_number
  from opening o
  join event v on v.event_at = o.event_at
  join normalise.power_event r on r.operation = v.operation and r.status in ('started', 'succeeded') and (r.event_at = v.event_at or v.operation = 'write')
  join id i on i.resource_id = r.resource_id and i.from_at <= r.event_at and r.event_at < i.until_at
  union all
  select s.from_at, 2 as choice, 'compute hours' as told_by, day_at(l.charge_day) - s.from_at as distance, l.file_id, l.row_number
  from segment s
  join normalise.cost_line l on l.line_class = 'compute' and s.from_at < day_at(l.charge_day) + 86400 and day_at(l.charge_day) < s.until_at
  join id i on i.resource_id = l.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  union all
  select s.from_at, 3 as choice, 'availability metric' as told_by, a.hour_at - s.from_at as distance, a.file_id, a.row_number
  from segment s
  join normalise.availability a on s.from_at < a.hour_at + 3600 and a.hour_at < s.until_at
  join id i on i.resource_id = a.resource_id and i.from_at <= a.hour_at and a.hour_at < i.until_at
  union all
  select s.from_at, 4 as choice, 'inventory' as told_by, abs(n.snapshot_at - s.from_at) as distance, l.file_id, l.row_number
  from segment s
  join ledger.power_snapshot n
    on n.machine_number = s.machine_number and n.power = s.power
   and ((n.nearest_from_at < s.until_at and s.from_at < n.nearest_until_at) or (n.changed_at <= s.from_at and s.from_at < n.snapshot_at))
  join ledger.machine_listing l on l.machine_number = n.machine_number and l.snapshot_at = n.snapshot_at and coalesce(l.power, l.arc_status) is not null
  union all
  select s.from_at, 5 as choice, 'endpoint' as told_by, d.snapshot_at as distance, d.file_id, d.row_number
  from segment s
  join ledger.machine m on m.machine_number = s.machine_number and m.kind = 'direct'
  join normalise.endpoint_device d on d.device_id = m.device_id
  where s.power = 'running'
),
ranked as (
  -- a machine with operations, or else with compute hours, is judged by them alone
  select t.*, row_number() over (partition by t.from_at order by t.choice, t.distance, t.file_id, t.row_number) as place
  from told t
  cross join witness w
  where case when w.events > 0 then 1 when w.compute_days > 0 then 2 else 3 end = least(t.choice, 3)
),
final as (
  select moment_text(s.from_at) as from_moment, moment_text(s.until_at) as until_moment, s.power, s.evidence,
         hours_of_seconds(coalesce(s.on_seconds, s.until_at - s.from_at)) as hours,
         r.told_by, f.path as source_file, r.row_number as source_row
  from segment s
  left join ranked r on r.from_at = s.from_at and r.place = 1
  left join normalise.source_file f on f.file_id = r.file_id
)
select * from final
order by from_moment
