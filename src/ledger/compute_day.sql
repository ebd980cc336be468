-- Compute hours billed for a machine on a day: the second witness of uptime. A day has at most 86,400 compute seconds
-- of one machine, whatever the lines add up to.
-- Rounding is dear and most days are alike: each sum is rounded once.
-- grain: one row per machine and day
-- key: machine_number, day
with block as (
  select size, cast(size as integer) as hours
  from (select distinct coalesce(hours_per_unit, 1) as size from normalise.cost_line where line_class = 'compute') s
),
line as (
  select i.machine_number, l.charge_day as day, l.quantity * b.hours as hours
  from normalise.cost_line l
  join block b on b.size = coalesce(l.hours_per_unit, 1)
  join ledger.machine_identity i
    on i.resource_id = l.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  where l.line_class = 'compute' and l.quantity is not null and l.charge_day is not null
),
summed as (
  select machine_number, day, amount(sum(hours)) as compute_hours from line group by machine_number, day
),
rounded as (
  select compute_hours, cast(greatest(0, least(86400, round(compute_hours * 3600))) as bigint) as compute_seconds
  from (select distinct compute_hours from summed) h
),
final as (
  select s.machine_number, s.day, s.compute_hours, r.compute_seconds
  from summed s
  join rounded r on r.compute_hours = s.compute_hours
)
select * from final
