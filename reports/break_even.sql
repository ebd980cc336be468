-- Break-even of each server licence against each hourly plan, for the fleet.
-- grain: one row per licence offer, plan and currency
-- key: offer_id, plan, billing_currency
with final as (
  select offer_id, name, plan, billing_currency, monthly_price, confidence, hourly_price, price_origin, break_even_hours, never_pays,
         cast(machines_above as integer) as machines_above, cast(machines_below as integer) as machines_below,
         cast(machines_undecided as integer) as machines_undecided, reason
  from licensing.break_even_offer
)
select * from final order by billing_currency, name, offer_id, plan
