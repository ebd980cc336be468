-- The money of the period per currency, the currency with most billed hours first.
-- without_protection: paid while the sensor was unhealthy or not applicable, while stopped, or while off. Money whose
-- health or machine is not known is `not_known`, never counted as without protection.
-- grain: one row per currency
-- key: billing_currency
with pivoted as (
  select billing_currency,
         max(case when figure = 'total_cost' then value end) as total_cost,
         max(case when figure = 'cost_protected' then value end) as cost_protected,
         max(case when figure = 'cost_unprotected' then value end) as cost_unprotected,
         max(case when figure = 'cost_not_applicable' then value end) as cost_not_applicable,
         max(case when figure = 'cost_unverified' then value end) as cost_unverified,
         max(case when figure = 'cost_stopped' then value end) as cost_stopped,
         max(case when figure = 'cost_while_off' then value end) as cost_while_off,
         max(case when figure = 'cost_power_unknown' then value end) as cost_power_unknown,
         max(case when figure = 'cost_unattributed' then value end) as cost_unattributed,
         max(case when figure = 'allocated_cost' then value end) as allocated_cost,
         max(case when figure = 'paid_coverage' then value end) as paid_coverage,
         max(case when figure = 'cost_per_protected_hour' then value end) as cost_per_protected_hour,
         max(case when figure = 'cost_per_protected_hour' then reason end) as cost_per_protected_hour_reason,
         max(case when figure = 'flat_month_cost' then value end) as flat_month_cost,
         max(case when figure = 'flat_month_cost' then reason end) as flat_month_reason,
         max(case when figure = 'hourly_saving' then value end) as hourly_saving,
         max(case when figure = 'control_total' then value end) as control_total,
         max(case when figure = 'explained_cost' then value end) as explained_cost,
         max(case when figure = 'residual' then value end) as residual,
         max(case when figure = 'billed_hours_in_currency' then value end) as billed_hours
  from ledger.figure
  where billing_currency is not null
  group by billing_currency
),
summed as (
  select billing_currency,
         amount(coalesce(total_cost, 0)) as total_cost, amount(coalesce(billed_hours, 0)) as billed_hours,
         amount(coalesce(cost_protected, 0)) as cost_protected, amount(coalesce(cost_unprotected, 0)) as cost_unprotected,
         amount(coalesce(cost_not_applicable, 0)) as cost_not_applicable, amount(coalesce(cost_unverified, 0)) as cost_unverified,
         amount(coalesce(cost_stopped, 0)) as cost_stopped, amount(coalesce(cost_while_off, 0)) as cost_while_off,
         amount(coalesce(cost_power_unknown, 0)) as cost_power_unknown, amount(coalesce(cost_unattributed, 0)) as cost_unattributed,
         amount(coalesce(allocated_cost, 0)) as allocated_cost,
         paid_coverage, cost_per_protected_hour, cost_per_protected_hour_reason, flat_month_cost, flat_month_reason, hourly_saving,
         control_total, amount(coalesce(explained_cost, 0)) as explained_cost, amount(coalesce(residual, 0)) as residual,
         amount(coalesce(cost_unprotected, 0) + coalesce(cost_not_applicable, 0) + coalesce(cost_stopped, 0) + coalesce(cost_while_off, 0)) as without_protection,
         amount(coalesce(cost_unverified, 0) + coalesce(cost_power_unknown, 0) + coalesce(cost_unattributed, 0)) as not_known,
         amount(coalesce(control_total, total_cost, 0)) as bill_total
  from pivoted
),
final as (
  select *,
         amount(amount_ratio(without_protection, total_cost) * 100) as without_protection_percent,
         amount(amount_ratio(not_known, total_cost) * 100) as not_known_percent,
         amount(amount_ratio(cost_unprotected, total_cost) * 100) as unprotected_percent,
         amount(amount_ratio(cost_not_applicable, total_cost) * 100) as not_applicable_percent,
         amount(amount_ratio(amount(cost_stopped + cost_while_off), total_cost) * 100) as idle_percent,
         amount(amount_ratio(residual, bill_total) * 100) as residual_percent,
         amount(amount_ratio(explained_cost, bill_total) * 100) as explained_percent,
         cast(row_number() over (order by billed_hours desc, billing_currency) as integer) as position
  from summed
)
select * from final order by position
