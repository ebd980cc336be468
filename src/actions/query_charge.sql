-- Charges of days on which no source saw the machine on: an error of the bill, or of the records of uptime. At most they
-- come back.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, s.cost as high, cast(null as varchar) as detail
  from actions.spending s
  where s.bucket = 'billed_while_off'
)
select * from final
