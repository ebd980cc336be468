-- Billed machine-hours and cost of the months that a forecast may start from: whole months, one after the other, up to
-- the latest one known of the currency. A month is whole when the cost data of its currency covers its first and last
-- day, or an earlier run reported it. position counts from the oldest month of the run of months, 1 first.
-- grain: one row per month and currency
-- key: month, billing_currency
with pivoted as (
  select month, billing_currency, months_later(month, 1) as next_month,
         max(case when figure = 'billed_hours_in_currency' then value end) as billed_hours,
         max(case when figure = 'total_cost' then value end) as cost, max(origin) as origin
  from history.figure
  where billing_currency is not null
  group by month, billing_currency
),
covered as (
  select billing_currency, min(first_day) as first_day, max(last_day) as last_day from normalise.cost_total group by billing_currency
),
whole as (
  select p.month, p.next_month, p.billing_currency, p.billed_hours, p.cost
  from pivoted p
  left join covered c on c.billing_currency = p.billing_currency
  where p.billed_hours is not null and (p.origin = 'result' or (c.first_day <= p.month and next_day(c.last_day) >= p.next_month))
),
gap as (
  select *, case when lag(next_month) over w = month then 0 else 1 end as begins
  from whole
  window w as (partition by billing_currency order by month)
),
stretch as (
  select *, sum(begins) over (partition by billing_currency order by month rows unbounded preceding) as stretch from gap
),
latest as (
  select billing_currency, max(stretch) as stretch from stretch group by billing_currency
),
final as (
  select s.month, s.billing_currency, s.billed_hours, s.cost,
         cast(integer_quotient(day_at(s.next_month) - day_at(s.month), 86400) as integer) as days,
         amount_ratio(s.billed_hours, integer_quotient(day_at(s.next_month) - day_at(s.month), 86400)) as hours_a_day,
         cast(row_number() over (partition by s.billing_currency order by s.month) as integer) as position
  from stretch s
  join latest l on l.billing_currency = s.billing_currency and l.stretch = s.stretch
)
select * from final
