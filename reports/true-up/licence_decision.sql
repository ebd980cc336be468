-- What to do with server licences in the coming year, in order of the day.
-- grain: one row per decision, server licence, currency and day
-- key: decision, offer_id, billing_currency, day
with final as (
  select decision, offer_id, name, billing_currency, day, cast(units as integer) as units, deadline, monthly_price from licensing.licence_decision
)
select * from final order by day nulls last, case decision when 'buy' then 1 when 'use' then 2 when 'keep' then 3 when 'return' then 4 else 5 end, offer_id, billing_currency
