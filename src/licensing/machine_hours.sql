-- A machine's hours in the period: on (billable for Defender for Servers), unknown, and on without a charge that day.
-- grain: one row per machine that exists in the period
-- key: machine_number
with summed as (
  select machine_number,
         sum(billable_seconds) as billable_seconds, sum(unknown_seconds) as unknown_seconds,
         sum(case when billed_hours is null then billable_seconds else 0 end) as unbilled_seconds,
         sum(case when billable_seconds > 0 then 1 else 0 end) as days_on
  from ledger.machine_day
  group by machine_number
),
final as (
  select c.machine_number, c.billing_currency,
         cast(coalesce(s.billable_seconds, 0) as bigint) as billable_seconds, cast(coalesce(s.unknown_seconds, 0) as bigint) as unknown_seconds,
         cast(coalesce(s.unbilled_seconds, 0) as bigint) as unbilled_seconds, cast(coalesce(s.days_on, 0) as bigint) as days_on
  from licensing.machine_currency c
  left join summed s on s.machine_number = c.machine_number
)
select * from final
