-- Billed hours of each machine-day against the expectation: from the elapsed billable hours up to the clock hours
-- touched, give or take one hour. Allocated hours are a share of the subscription's line and prove nothing of a machine.
-- status: matched | under | over | phantom (billed, nothing expected) | unbilled (expected, not billed) | not_expected | allocated | unknown
-- grain: one row per machine and day
-- key: machine_number, day
with final as (
  select machine_number, day, subscription_id, expected_hours, clock_hours, billed_hours, allocated,
         case when billed_hours is null then cast(null as decimal(38, 24))
              when billed_hours > clock_hours then amount(billed_hours - clock_hours)
              when billed_hours < expected_hours then amount(billed_hours - expected_hours)
              else amount(0) end as variance_hours,
         case when allocated then 'allocated'
              when unknown_seconds > 0 and billable_seconds = 0 then 'unknown'
              when billed_hours is null and billable_seconds = 0 then 'not_expected'
              when billed_hours is null then 'unbilled'
              when billable_seconds = 0 and billed_hours > 1 then 'phantom'
              when billed_hours > clock_hours + 1 then 'over'
              when billed_hours < expected_hours - 1 then 'under'
              else 'matched' end as status
  from ledger.machine_day
)
select * from final
