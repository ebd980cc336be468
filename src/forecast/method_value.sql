-- What each method would have said, standing at the end of a known month, of every month up to twelve later: machine-hours
-- a day. Methods, simplest first: `level` (the last month goes on), `mean` (of the last three months, of two where there
-- are two), `trend` (the mean monthly change since the first known month goes on, never below nothing). Two known months
-- are the least a method starts from.
-- grain: one row per currency, month that the forecast stands at, distance in months and method
-- key: billing_currency, origin, distance, method
with origin as (
  select billing_currency, position as origin, hours_a_day, month,
         sum(hours_a_day) over w as last_sum, count(*) over w as last_months,
         first_value(hours_a_day) over (partition by billing_currency order by position) as first_hours_a_day
  from forecast.whole_month
  window w as (partition by billing_currency order by position rows between 2 preceding and current row)
),
-- the monthly change, its sign taken off: quotients are of amounts that are not negative
change as (
  select *, case when hours_a_day < first_hours_a_day then -1 else 1 end as direction,
         amount_ratio(abs(amount(hours_a_day - first_hours_a_day)), origin - 1) as change_a_month
  from origin
  where origin >= 2
),
ahead as (
  select c.*, d.distance
  from change c
  cross join (select cast(unnest(whole_numbers(1, 12)) as integer) as distance) d
),
said as (
  select billing_currency, origin, month, distance, 'level' as method, 1 as simplicity, amount(hours_a_day) as hours_a_day from ahead
  union all
  select billing_currency, origin, month, distance, 'mean', 2, amount_ratio(amount(last_sum), last_months) from ahead
  union all
  select billing_currency, origin, month, distance, 'trend', 3,
         amount(greatest(hours_a_day + change_a_month * direction * distance, 0)) from ahead
),
final as (
  select billing_currency, origin, distance, method, simplicity, months_later(month, distance) as month, hours_a_day from said
)
select * from final
