-- Machine-hours of the twelve months after the last known one, with what they cost at that month's cost per billed hour.
-- spread: how far off, as a share, the band reaches. It is the largest error of the back-test up to that distance, and
-- no less than the largest error of one month ahead times the root of the distance (errors that are independent month by
-- month add up like that). Fewer than three trials prove little: then the band reaches at least 20 % to either side.
-- trials: back-tests at this very distance; 0: never tried so far ahead.
-- grain: one row per currency and month, only where a forecast can be made
-- key: billing_currency, month
with distance_root as (
  -- square roots, rounded up to three decimals
  select * from (values (1, 1.000), (2, 1.415), (3, 1.733), (4, 2.000), (5, 2.237), (6, 2.450), (7, 2.646), (8, 2.829), (9, 3.000),
                        (10, 3.163), (11, 3.317), (12, 3.465)) r(distance, root)
),
seen as (
  select o.billing_currency, r.distance, max(t.error) as error_so_far, count(case when t.distance = r.distance then t.error end) as trials
  from forecast.outlook o
  cross join distance_root r
  left join forecast.trial t on t.billing_currency = o.billing_currency and t.method = o.method and t.distance <= r.distance
  where o.reason is null
  group by o.billing_currency, r.distance
),
spread as (
  select s.billing_currency, s.distance, s.trials,
         greatest(s.error_so_far, amount_product(o.largest_error, r.root), case when o.trials < 3 then amount(0.2) else amount(0) end) as spread
  from seen s
  join forecast.outlook o on o.billing_currency = s.billing_currency
  join distance_root r on r.distance = s.distance
),
expected as (
  select v.billing_currency, v.month, v.distance, s.trials, s.spread, l.cost as last_cost, l.billed_hours as last_hours,
         amount(v.hours_a_day * integer_quotient(day_at(months_later(v.month, 1)) - day_at(v.month), 86400)) as hours
  from forecast.method_value v
  join forecast.outlook o on o.billing_currency = v.billing_currency and o.method = v.method and o.months = v.origin and o.reason is null
  join forecast.whole_month l on l.billing_currency = v.billing_currency and l.position = v.origin
  join spread s on s.billing_currency = v.billing_currency and s.distance = v.distance
),
banded as (
  select *, amount_product(hours, amount(greatest(1 - spread, 0))) as low_hours, amount_product(hours, amount(1 + spread)) as high_hours,
         amount_ratio(last_cost, last_hours) as cost_an_hour
  from expected
),
final as (
  select billing_currency, month, distance, cast(trials as integer) as trials, amount(spread) as spread, low_hours, hours, high_hours, cost_an_hour,
         amount_product(low_hours, cost_an_hour) as low_cost, amount_product(hours, cost_an_hour) as cost, amount_product(high_hours, cost_an_hour) as high_cost
  from banded
)
select * from final
