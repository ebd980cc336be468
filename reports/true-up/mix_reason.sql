-- Why low and high of a currency are no wider: the reason that there is no forecast to widen them.
-- grain: one row per currency
-- key: billing_currency
with final as (
  select billing_currency, max(reason) as reason, max(case when estimate = 'low' then factor end) as low_factor, max(case when estimate = 'high' then factor end) as high_factor
  from licensing.mix_estimate
  group by billing_currency
)
select * from final order by billing_currency
