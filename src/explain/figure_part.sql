-- What each additive figure is the sum of, machine by machine: `amount` for money and hours that are exact decimals,
-- `seconds` for time (hours are cut at the 24th decimal once, after adding), `count` for machines and machine-days.
-- Machine NULL: what belongs to nobody that is known, by subscription.
-- grain: one row per figure, currency, machine and subscription
-- key: figure, billing_currency, machine_number, subscription_id
with money as (
  select machine_number, subscription_id, billing_currency, bucket, allocated, cost, billed_hours from ledger.counted_entry where billing_currency is not null
),
time_entry as (
  select machine_number, bucket, power, health, evidence, seconds, counted_seconds from ledger.counted_entry where seconds > 0
),
part as (
  select 'total_cost' as figure, billing_currency, machine_number, subscription_id, cost as amount, cast(0 as bigint) as seconds, 0 as count from money
  union all select case bucket when 'protected' then 'cost_protected' when 'paid_unprotected' then 'cost_unprotected'
                               when 'paid_not_applicable' then 'cost_not_applicable' when 'paid_unverified' then 'cost_unverified'
                               when 'paid_stopped' then 'cost_stopped' when 'billed_while_off' then 'cost_while_off'
                               when 'power_unknown' then 'cost_power_unknown' when 'unattributed' then 'cost_unattributed' end,
                   billing_currency, machine_number, subscription_id, cost, 0, 0 from money
  union all select 'allocated_cost', billing_currency, machine_number, subscription_id, cost, 0, 0 from money where allocated
  union all select 'billed_hours_in_currency', billing_currency, machine_number, subscription_id, billed_hours, 0, 0 from money
  union all select 'flat_month_cost', billing_currency, machine_number, null, flat_month_cost, 0, 0 from ledger.flat_month
  union all select 'billed_hours', null, machine_number, subscription_id, hours, 0, 0 from ledger.charge
  union all select 'protected_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where bucket = 'protected'
  union all select 'running_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power = 'running'
  union all select 'stopped_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power = 'stopped'
  union all select 'exposed_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where bucket = 'exposed'
  union all select 'expected_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power in ('running', 'stopped')
  union all select 'healthy_running_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power = 'running' and health = 'healthy'
  union all select 'applicable_running_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power = 'running' and health <> 'not_applicable'
  union all select 'judged_running_hours', null, machine_number, null, null, counted_seconds, 0 from time_entry where power = 'running' and health in ('healthy', 'unhealthy')
  union all select 'running_hours_' || evidence, null, machine_number, null, null, seconds, 0 from time_entry where power = 'running'
  union all select 'machine_days_' || status, null, machine_number, null, null, 0, 1 from ledger.reconciliation
  union all select 'machines_' || denominator, null, machine_number, null, null, 0, 1 from ledger.machine_counted
  union all select 'healthy_' || denominator, null, machine_number, null, null, 0, case when health = 'healthy' then 1 else 0 end from ledger.machine_counted
),
summed as (
  select figure, billing_currency, machine_number, case when machine_number is null then subscription_id end as subscription_id,
         amount(sum(amount)) as amount, cast(sum(seconds) as bigint) as seconds, cast(sum(count) as integer) as count
  from part
  where figure is not null
  group by figure, billing_currency, machine_number, case when machine_number is null then subscription_id end
),
final as (
  select * from summed where coalesce(amount, 0) <> 0 or seconds <> 0 or count <> 0
)
select * from final
