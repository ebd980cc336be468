-- What an hour of each plan costs in a currency, as the licence comparison has it: the bill's own price, else the retail
-- page's, else the list's. NULL where none is known.
-- grain: one row per currency
-- key: billing_currency
with final as (
  select currency as billing_currency, max(case when plan = 'p1' then price end) as p1_price, max(case when plan = 'p2' then price end) as p2_price
  from licensing.offer
  where offer_id in ('defender-for-servers-p1', 'defender-for-servers-p2')
  group by currency
)
select * from final
