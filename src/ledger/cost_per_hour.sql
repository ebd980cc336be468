-- What one billed hour of a plan really cost on the bill, per currency: cost ÷ hours of the standard meters.
-- grain: one row per plan and currency
-- key: plan, billing_currency
with summed as (
  select plan, billing_currency, amount(sum(cost)) as cost, amount(sum(hours)) as hours
  from ledger.charge
  where meter = 'standard' and hours is not null and charge_category in ('usage', 'unusedreservation', 'unknown')
  group by plan, billing_currency
),
final as (
  select plan, billing_currency, cost, hours, amount_ratio(cost, hours) as hourly_cost from summed where hours > 0
)
select * from final
