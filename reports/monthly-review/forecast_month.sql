-- Machine-hours of the months that are known and of the twelve ahead, for currencies that can be forecast.
-- distance: months after the last known one; 0 and less are known, and have no band.
-- grain: one row per currency and month
-- key: billing_currency, month
with known as (
  select w.billing_currency, w.month, cast(w.position - o.months as integer) as distance, cast(null as decimal(38, 24)) as low_hours, w.billed_hours as hours,
         cast(null as decimal(38, 24)) as high_hours, cast(null as decimal(38, 24)) as low_cost, w.cost, cast(null as decimal(38, 24)) as high_cost,
         cast(null as decimal(38, 24)) as spread_percent, cast(null as integer) as trials
  from forecast.whole_month w
  join forecast.outlook o on o.billing_currency = w.billing_currency and o.reason is null
),
final as (
  select * from known
  union all
  select billing_currency, month, distance, low_hours, hours, high_hours, low_cost, cost, high_cost, amount(spread * 100), trials from forecast.month_ahead
)
select * from final order by billing_currency, month
