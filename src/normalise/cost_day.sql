-- What the lines of one cost file add up to per day text, period text, currency and subscription as written, foreign
-- lines included; amounts are rounded to 24 decimals, which is counted. Everything that must hold of all lines is
-- decided on this small relation.
-- grain: one row per file and combination of those texts
-- key: file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id
with amounts as (
  select file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id, cost, effective_cost,
         export_amount(cost) as cost_amount, export_amount(effective_cost) as effective_amount,
         lower(charge_category) as category, lower(pricing_model) as model, cost_allocation_rule_name
  from cost_file
),
final as (
  select file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id,
         count(*) as line_count,
         amount(sum(cost_amount)) as cost, amount(sum(effective_amount)) as effective_cost,
         sum(case when cost is null then 1 else 0 end) as costless_lines,
         sum(case when cost is not null and cost_amount is null then 1
                  when effective_cost is not null and effective_amount is null then 1 else 0 end) as unreadable_lines,
         sum(case when has_deep_decimals(cost) or has_deep_decimals(effective_cost) then 1 else 0 end) as rounded_lines,
         sum(case when cost_allocation_rule_name is not null then 1 else 0 end) as allocation_lines,
         -- only an amortised file spreads commitments over usage or shows what of them went unused
         sum(case when category in ('unusedreservation', 'unusedsavingsplan') then 1
                  when category = 'usage' and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1 else 0 end) as amortised_lines,
         -- only an actual file shows the purchase, and covered usage at zero
         sum(case when category in ('purchase', 'refund') and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1
                  else 0 end) as purchase_lines
  from amounts
  group by file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id
)
select * from final
