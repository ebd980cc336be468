-- What the lines of the cost files at hand (`cost_entry`) add up to per day text, period text, currency and subscription
-- as written, foreign lines included; amounts are rounded to 24 decimals, which is counted. Everything that must hold of
-- all lines is decided on this small relation.
-- grain: one row per file and combination of those texts
-- key: file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id
with final as (
  select file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id,
         cast(sum(line_count) as bigint) as line_count,
         amount(sum(cost_amount)) as cost, amount(sum(effective_cost_amount)) as effective_cost,
         sum(costless_lines) as costless_lines, sum(unreadable_lines) as unreadable_lines, sum(rounded_lines) as rounded_lines,
         sum(allocation_lines) as allocation_lines, sum(amortised_lines) as amortised_lines, sum(purchase_lines) as purchase_lines
  from cost_entry
  group by file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id
)
select * from final
