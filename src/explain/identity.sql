-- The ids of the machine, each with the time in which it meant this machine; the ends are open where none is known.
-- named_by, source_file, source_row: the first record that names the id in that time, of the inventory where it lists it,
-- else of the operations, the endpoint records or the bill.
-- grain: one row per id
-- key: resource_id
with id as (
  select i.*
  from ledger.machine_identity i
  join config.explained e on e.machine_number = i.machine_number
),
named as (
  select i.resource_id, 1 as choice, 'inventory' as named_by, l.snapshot_at as moment_at, l.file_id, l.row_number
  from id i
  join ledger.machine_listing l on l.machine_number = i.machine_number and l.resource_id = i.resource_id
  union all
  select i.resource_id, 2 as choice, p.source as named_by, p.event_at as moment_at, p.file_id, p.row_number
  from id i
  join normalise.power_event p on p.resource_id = i.resource_id and i.from_at <= p.event_at and p.event_at < i.until_at
  union all
  select i.resource_id, 3 as choice, 'endpoint' as named_by, d.snapshot_at as moment_at, d.file_id, d.row_number
  from id i
  join normalise.endpoint_device d on d.azure_resource_id = i.resource_id and i.from_at <= d.snapshot_at and d.snapshot_at < i.until_at
  union all
  select i.resource_id, 4 as choice, 'bill' as named_by, day_at(l.charge_day) as moment_at, l.file_id, l.row_number
  from id i
  join normalise.cost_line l on l.resource_id = i.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
),
ranked as (
  select *, row_number() over (partition by resource_id order by choice, moment_at, file_id, row_number) as place from named
),
final as (
  select i.resource_id_display as resource_id, i.evidence,
         case when i.from_at > 0 then moment_text(i.from_at) end as from_moment,
         case when i.until_at < 253402300800 then moment_text(i.until_at) end as until_moment,
         r.named_by, f.path as source_file, r.row_number as source_row
  from id i
  left join ranked r on r.resource_id = i.resource_id and r.place = 1
  left join normalise.source_file f on f.file_id = r.file_id
)
select * from final
order by from_moment nulls first, resource_id
