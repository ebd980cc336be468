-- The ends of the lines of the break-even chart: what a machine costs in a month by its hours, from 0 to the 744 hours of
-- the longest month, on each hourly plan and with each server licence whose price is known.
-- grain: one row per offer, currency and end
-- key: offer_id, currency, hours
with offer as (
  select offer_id, name, route, plan, price, currency from licensing.offer where price is not null and route in ('hourly', 'server')
),
end_ as (
  select cast(v.hours as integer) as hours from (values (0), (744)) v (hours)
),
final as (
  select o.offer_id, o.name, o.route, o.plan, o.currency, e.hours, case when o.route = 'hourly' then amount(o.price * e.hours) else o.price end as cost
  from offer o
  cross join end_ e
)
select * from final order by currency, route, plan nulls last, offer_id, hours
