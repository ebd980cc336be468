-- Whether the machine-hours of a currency can be forecast, by which method, and how well it did on the months present.
-- The method is that with the least mean error one month ahead; of equals the simplest. error_band: the narrowest of
-- 12, 15 and 20 % that the mean error keeps to, NULL beyond. last_error: of the last known month.
-- reason: why there is none.
-- grain: one row per currency
-- key: billing_currency
with known as (
  select billing_currency, max(position) as months, min(month) as first_month, max(month) as last_month from forecast.whole_month group by billing_currency
),
mark as (
  select billing_currency, method, simplicity, sum(error) as errors, count(error) as trials, max(error) as largest_error
  from forecast.trial
  where distance = 1
  group by billing_currency, method, simplicity
),
ranked as (
  select *, amount_ratio(amount(errors), trials) as mean_error,
         row_number() over (partition by billing_currency order by amount_ratio(amount(errors), trials) nulls last, simplicity) as choice
  from mark
),
currency as (
  select distinct billing_currency from ledger.charge where billing_currency is not null
  union
  select billing_currency from known
),
judged as (
  select c.billing_currency, coalesce(k.months, 0) as months, k.first_month, k.last_month,
         case when coalesce(k.months, 0) < 3 then 'a forecast needs at least three whole months of cost, one after the other: '
                || cast(coalesce(k.months, 0) as varchar) || case coalesce(k.months, 0) when 1 then ' is known' else ' are known' end
              when k.last_month < months_later(cast(date_trunc('month', p.from_day) as date), -1)
                then 'the last whole month of cost lies more than a month before the period'
              when r.mean_error is null then 'no hours were billed in the months that a forecast could be tried on' end as reason,
         r.method, r.trials, r.mean_error, r.largest_error
  from currency c
  cross join config.period p
  left join known k on k.billing_currency = c.billing_currency
  left join ranked r on r.billing_currency = c.billing_currency and r.choice = 1
),
final as (
  select j.billing_currency, cast(j.months as integer) as months, j.first_month, j.last_month, j.reason,
         case when j.reason is null then j.method end as method, case when j.reason is null then cast(j.trials as integer) end as trials,
         case when j.reason is null then j.mean_error end as mean_error, case when j.reason is null then j.largest_error end as largest_error,
         case when j.reason is null then t.error end as last_error,
         case when j.reason is not null then cast(null as integer) when j.mean_error <= 0.12 then 12 when j.mean_error <= 0.15 then 15
              when j.mean_error <= 0.20 then 20 end as error_band
  from judged j
  left join forecast.trial t on t.billing_currency = j.billing_currency and t.method = j.method and t.distance = 1 and t.origin = j.months - 1
)
select * from final
