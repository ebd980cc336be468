-- Charges of running machines of whose sensor nothing is known.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, amount(0) as high, cast(null as varchar) as detail
  from actions.spending s
  where s.bucket = 'paid_unverified'
)
select * from final
