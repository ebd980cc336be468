-- What a gate of --fail-on can measure. share: the value as a percentage of the total cost; of the residual, of the control
-- total where one was given.
-- grain: one row per metric and currency; no currency where no money is in it
-- key: metric, billing_currency
with money as (
  select billing_currency,
         max(case when figure = 'total_cost' then value end) as total_cost,
         max(case when figure = 'control_total' then value end) as control_total,
         max(case when figure = 'residual' then abs(value) end) as residual,
         amount(coalesce(sum(case when figure in ('cost_unprotected', 'cost_not_applicable', 'cost_stopped', 'cost_while_off') then value end), 0)) as waste
  from ledger.figure
  where billing_currency is not null
  group by billing_currency
),
worst as (
  select max(grade) as grade from ledger.data_grade
),
error as (
  select count(*) as findings from ledger.finding where severity in ('error', 'broken')
),
final as (
  select case figure when 'time_coverage' then 'coverage' else figure end as metric, billing_currency, cast(value as varchar) as value,
         cast(null as varchar) as share, reason
  from ledger.figure
  where figure in ('time_coverage', 'machine_coverage', 'paid_coverage', 'exposed_hours')
  union all
  select 'residual', billing_currency, cast(residual as varchar), case when residual = 0 then '0' else cast(abs(amount_ratio(residual, coalesce(control_total, total_cost))) * 100 as varchar) end, 'nothing was billed' from money
  union all
  select 'waste', billing_currency, cast(waste as varchar), case when waste = 0 then '0' else cast(abs(amount_ratio(waste, total_cost)) * 100 as varchar) end, 'nothing was billed' from money
  union all
  select 'grade', null, grade, null, null from worst
  union all
  select 'errors', null, cast(findings as varchar), null, null from error
)
select * from final
