-- Charges of machines or subscriptions that no source knows: nothing can be said of them until they are found.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, amount(0) as high, cast(null as varchar) as detail
  from actions.spending s
  where s.bucket = 'unattributed'
)
select * from final
