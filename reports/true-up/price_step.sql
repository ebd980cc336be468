-- Break-even hours for monthly prices a server from 2 to 10 units of the currency: the answer for whatever price an
-- agreement says; units of 10, 100, … in currencies of small coin, told by the hourly price. The bounds are those of the
-- sliders that explore the same question; start: the licence price that is known for any size of tenant, else 5 units.
-- grain: one row per hourly plan, currency and price
-- key: plan, currency, monthly_price
with offer as (
  select plan, currency, min(price) as hourly_price
  from licensing.offer
  where price > 0 and route = 'hourly' and plan in ('p1', 'p2')
  group by plan, currency
),
scaled as (
  select o.*, max(o.hourly_price) over (partition by o.currency) as dearest, l.price as licence_price
  from offer o
  left join licensing.offer l on l.currency = o.currency and l.offer_id = 'mde-for-servers'
),
unit as (
  select plan, currency, hourly_price, licence_price,
         cast(case when dearest < 0.2 then 1 when dearest < 2 then 10 when dearest < 20 then 100 when dearest < 200 then 1000 else 10000 end as integer) as unit
  from scaled
),
step as (
  select cast(v.price as integer) as price from (values (2), (3), (4), (5), (6), (8), (10)) v (price)
),
final as (
  select u.plan, u.currency, u.hourly_price, amount(u.unit * s.price) as monthly_price, amount_ratio(amount(u.unit * s.price), u.hourly_price) as break_even_hours,
         amount_ratio(u.hourly_price, amount(4)) as hourly_from, amount(u.hourly_price * cast(2 as integer)) as hourly_to, amount_ratio(u.hourly_price, amount(100)) as hourly_step,
         amount(u.unit) as monthly_from, amount(u.unit * 15) as monthly_to, amount_ratio(amount(u.unit), amount(10)) as monthly_step,
         coalesce(u.licence_price, amount(u.unit * 5)) as monthly_start
  from unit u
  cross join step s
)
select * from final order by currency, monthly_price, plan
