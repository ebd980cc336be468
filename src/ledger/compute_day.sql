-- Compute hours billed for a machine on a day: the second witness of uptime. A day has at most 86,400 compute seconds
-- of one machine, whatever the lines add up to.
-- grain: one row per machine and day
-- key: machine_id, day
with line as (
  select i.machine_id, l.charge_day as day, l.quantity * cast(coalesce(l.hours_per_unit, 1) as integer) as hours
  from normalise.cost_line l
  join ledger.machine_identity i
    on i.resource_id = l.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  where l.line_class = 'compute' and l.quantity is not null and l.charge_day is not null
),
final as (
  select machine_id, day, amount(sum(hours)) as compute_hours,
         cast(greatest(0, least(86400, round(sum(hours) * 3600))) as bigint) as compute_seconds
  from line
  group by machine_id, day
)
select * from final
