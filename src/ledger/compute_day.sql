-- Compute hours billed for a machine on a day: the second witness of uptime. A day has at most 86,400 compute seconds
-- of one machine, whatever the lines add up to.
-- grain: one row per machine and day
-- key: machine_number, day
with owner as (
  select w.resource_key, i.machine_number, i.from_at, i.until_at
  from ledger.billed_wording w
  join ledger.machine_identity i on i.resource_id = w.resource_id
  where w.line_class = 'compute'
),
line as (
  -- casts are dear, and the unit of most lines is one hour
  select o.machine_number, c.charge_day as day,
         case when coalesce(k.hours_per_unit, 1) = 1 then c.quantity else c.quantity * cast(k.hours_per_unit as integer) end as hours
  from normalise.cost_charge c
  join normalise.cost_kind k on k.kind_key = c.kind_key
  join owner o on o.resource_key = c.resource_key and o.from_at <= day_at(c.charge_day) + 86399 and day_at(c.charge_day) + 86399 < o.until_at
  where c.line_class = 'compute' and c.quantity is not null and c.charge_day is not null
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
