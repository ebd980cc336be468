-- Break-even hours for monthly prices a server from 2 to 10 units of the currency: the answer for whatever price an
-- agreement says.
-- grain: one row per hourly plan, currency and price
-- key: plan, currency, monthly_price
with offer as (
  select plan, currency, min(price) as hourly_price
  from licensing.offer
  where price > 0 and route = 'hourly' and plan in ('p1', 'p2')
  group by plan, currency
),
step as (
  select amount(v.price) as monthly_price from (values (2), (3), (4), (5), (6), (8), (10)) v (price)
),
final as (
  select o.plan, o.currency, o.hourly_price, s.monthly_price, amount_ratio(s.monthly_price, o.hourly_price) as break_even_hours
  from offer o
  cross join step s
)
select * from final order by currency, monthly_price, plan
