-- The back-test: what a method would have said of a month that is known by now, against what it was. error: the
-- difference over what it was, without sign; NULL where nothing was billed, for then there is no such ratio.
-- grain: one row per currency, month that the forecast stood at, distance in months and method
-- key: billing_currency, origin, distance, method
with compared as (
  select v.billing_currency, v.origin, v.distance, v.method, v.simplicity, v.month, v.hours_a_day as said_hours_a_day, w.hours_a_day
  from forecast.method_value v
  join forecast.whole_month w on w.billing_currency = v.billing_currency and w.position = v.origin + v.distance
),
final as (
  select *, amount_ratio(abs(amount(said_hours_a_day - hours_a_day)), hours_a_day) as error from compared
)
select * from final
