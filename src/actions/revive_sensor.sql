-- Paid time of machines whose sensor is onboarded but silent or impaired. It saves nothing: the money begins to protect.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, amount(0) as high, f.health_message as detail
  from actions.spending s
  join actions.machine_fact f on f.machine_number = s.machine_number
  where s.bucket = 'paid_unprotected'
)
select * from final
