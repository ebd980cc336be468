-- For each server and server licence: the hours a month above which the licence is cheaper than the hourly plan, and how
-- long the machine was on. cheaper: compared exactly (hours × hourly price with the monthly price for the period); NULL
-- when both cost the same or unknown hours could change the answer.
-- grain: one row per server in the scope of licences, licence offer and plan whose prices are known
-- key: machine_number, offer_id, plan
with monthly as (
  select o.offer_id, o.currency, o.price, sum(integer_quotient(amount_units(o.price) * m.days, m.days_in_month)) as period_units
  from licensing.offer o
  cross join licensing.month_share m
  where o.route = 'server' and o.price is not null
  group by o.offer_id, o.currency, o.price
),
pair as (
  select s.offer_id, h.plan, s.currency, s.price as monthly_price, h.price as hourly_price, s.period_units, amount_ratio(s.price, h.price) as break_even_hours
  from monthly s
  join licensing.offer h on h.route = 'hourly' and h.currency = s.currency and h.price > 0 and h.plan in ('p1', 'p2')
),
final as (
  select m.machine_number, p.offer_id, p.plan, p.currency as billing_currency, p.monthly_price, p.hourly_price, p.break_even_hours,
         hours_of_seconds(x.billable_seconds) as hours,
         case when amount_units(p.hourly_price) * x.billable_seconds > p.period_units * 3600 then 'licence'
              when amount_units(p.hourly_price) * (x.billable_seconds + x.unknown_seconds) < p.period_units * 3600 then 'hourly' end as cheaper
  from licensing.machine_hours x
  join ledger.machine m on m.machine_number = x.machine_number and m.in_licence_scope
  join pair p on p.currency = x.billing_currency
)
select * from final
