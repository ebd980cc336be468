-- Whether each currency can be forecast, how, and how far off the method was on the months present, in per cent.
-- grain: one row per currency
-- key: billing_currency
with final as (
  select billing_currency, months, first_month, last_month, reason, method, trials, amount(mean_error * 100) as mean_error_percent,
         amount(largest_error * 100) as largest_error_percent, amount(last_error * 100) as last_error_percent, error_band
  from forecast.outlook
)
select * from final order by billing_currency
