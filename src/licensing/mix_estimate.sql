-- How many times today's fleet the coming year may need, per currency: 1 for `base` (the pace of the period goes on); `low`
-- and `high` are the ends of the forecast's band over the hours of the year at today's pace, never above or below 1.
-- Without a forecast both are 1, and reason says why there is none.
-- grain: one row per currency with machines or charges, and estimate
-- key: billing_currency, estimate
with currency as (
  select billing_currency from ledger.machine_total where billing_currency is not null
  union
  select billing_currency from licensing.machine_hours where billing_currency is not null
),
paced as (
  select l.billing_currency,
         units_amount(integer_quotient(amount_units(amount(sum(l.billed_hours))) * max(y.days), max(y.observed_days))) as hours
  from ledger.machine_total l
  cross join (select sum(days) as days, max(observed_days) as observed_days from licensing.mix_phase where span = 'year') y
  where l.billing_currency is not null
  group by l.billing_currency
),
ahead as (
  select billing_currency, amount(sum(low_hours)) as low_hours, amount(sum(high_hours)) as high_hours from forecast.month_ahead group by billing_currency
),
outlook as (
  select billing_currency, max(reason) as reason from forecast.outlook group by billing_currency
),
joined as (
  select c.billing_currency, amount_ratio(a.low_hours, p.hours) as low_factor, amount_ratio(a.high_hours, p.hours) as high_factor,
         case when a.billing_currency is null then coalesce(o.reason, 'no forecast was made') end as reason
  from currency c
  left join paced p on p.billing_currency = c.billing_currency
  left join ahead a on a.billing_currency = c.billing_currency
  left join outlook o on o.billing_currency = c.billing_currency
),
final as (
  select billing_currency, 'base' as estimate, amount(1) as factor, cast(null as varchar) as reason from joined
  union all
  select billing_currency, 'low', greatest(least(coalesce(low_factor, amount(1)), amount(1)), cast(0.000001 as decimal(38, 24))), reason from joined
  union all
  select billing_currency, 'high', greatest(coalesce(high_factor, amount(1)), amount(1)), reason from joined
)
select * from final
