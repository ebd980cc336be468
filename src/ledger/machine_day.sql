-- A machine's day in one row: time by power state, expectation, and what was billed for it.
-- expected_hours: elapsed billable hours, the lower end; clock_hours: UTC clock hours touched, the upper end.
-- grain: one row per machine and day that has time or a charge
-- key: machine_number, day
with charged as (
  select machine_number, day, amount(sum(hours)) as billed_hours, max(case when allocated then 1 else 0 end) as is_allocated
  from ledger.machine_charge
  where machine_number is not null
  group by machine_number, day
),
machine_day as (
  select coalesce(d.machine_number, c.machine_number) as machine_number, coalesce(d.day, c.day) as day,
         coalesce(d.running_seconds, 0) as running_seconds, coalesce(d.stopped_seconds, 0) as stopped_seconds,
         coalesce(d.off_seconds, 0) as off_seconds, coalesce(d.unknown_seconds, 0) as unknown_seconds,
         coalesce(d.billable_seconds, 0) as billable_seconds, coalesce(d.clock_hours, 0) as clock_hours,
         c.billed_hours, case when c.is_allocated = 1 then true else false end as allocated
  from ledger.power_day d
  full join charged c on c.machine_number = d.machine_number and c.day = d.day
),
final as (
  select k.machine_number, k.day, m.subscription_id, k.running_seconds, k.stopped_seconds, k.off_seconds, k.unknown_seconds, k.billable_seconds,
         hours_of_seconds(k.billable_seconds) as expected_hours, k.clock_hours, k.billed_hours, k.allocated, h.compute_hours
  from machine_day k
  left join ledger.machine m on m.machine_number = k.machine_number
  left join ledger.compute_day h on h.machine_number = k.machine_number and h.day = k.day
)
select * from final
