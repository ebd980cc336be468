-- What the 500 MB a machine and day of Plan 2 took in the period and what that is worth.
-- grain: one row per currency
-- key: billing_currency
with final as (
  select billing_currency, gigabytes, price, value_low, value_high, reason from licensing.log_benefit
)
select * from final order by billing_currency
