-- Machine-hours and cost of all twelve months ahead. The ends of the band are those of all months at once.
-- grain: one row per currency that can be forecast
-- key: billing_currency
with final as (
  select billing_currency, amount(sum(low_hours)) as low_hours, amount(sum(hours)) as hours, amount(sum(high_hours)) as high_hours,
         amount(sum(low_cost)) as low_cost, amount(sum(cost)) as cost, amount(sum(high_cost)) as high_cost, max(cost_an_hour) as cost_an_hour
  from forecast.month_ahead
  group by billing_currency
)
select * from final order by billing_currency
