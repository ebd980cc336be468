-- Each day of the machine: what was expected, what was billed, and whether they match.
-- grain: one row per day
-- key: day
with final as (
  select r.day, r.expected_hours, amount(r.clock_hours) as clock_hours, r.billed_hours, r.status
  from ledger.reconciliation r
  join config.explained e on e.machine_number = r.machine_number
)
select * from final
order by day
