-- The days of the coming year that licences hang on, in order.
-- grain: one row per day, kind, licence or offer, entry and currency
-- key: day, kind, offer_id, entry, currency
with final as (
  select day, kind, offer_id, entry, what, cast(units as integer) as units, price, currency, detail, source from licensing.licence_calendar
)
select * from final order by day, case kind when 'order_from' then 1 when 'order_until' then 2 when 'renewal' then 3 when 'buy' then 4 when 'price_end' then 5 else 6 end, offer_id, entry, currency
