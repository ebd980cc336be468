-- Compute hours billed for a machine on a day: the second witness of uptime. A day has at most 86,400 compute seconds
-- of one machine, whatever the lines add up to.
-- grain: one row per machine and day
-- key: machine_number, day
with line as (
  -- casts are dear, and the unit of most lines is one hour
  select i.machine_number, l.charge_day as day,
         case when coalesce(l.hours_per_unit, 1) = 1 then l.quantity else l.quantity * cast(l.hours_per_unit as integer) end as hours
  from normalise.cost_line l
  join ledger.machine_identity i
    on i.resource_id = l.resource_id and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  where l.line_class = 'compute' and l.quantity is not null and l.charge_day is not null
),
summed as (
  select machine_number, day, amount(sum(hours)) as compute_hours from line group by machine_number, day
),
final as (
  -- rounding is dear, and most days are whole
  select machine_number, day, compute_hours,
         case when compute_hours >= 24 then cast(86400 as bigint) when compute_hours <= 0 then cast(0 as bigint)
              else cast(round(compute_hours * 3600) as bigint) end as compute_seconds
  from summed
)
select * from final
