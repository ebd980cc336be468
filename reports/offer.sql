-- What each way of licensing costs, with the source and the dates of its price.
-- grain: one row per offer and currency
-- key: offer_id, currency, valid_from
with final as (
  select offer_id, name, route, plan, price, currency, unit, valid_from, valid_until, source_url, source_day, confidence, price_origin, prerequisite, reason, note
  from licensing.offer
)
select * from final
order by case route when 'hourly' then 1 when 'server' then 2 else 3 end, currency, plan nulls last, name, offer_id
