-- Paid time of machines on whose system the sensor cannot be installed (extension codes of unsupported systems): trying
-- again does not help. Base: the plan is taken off the machine. Low: nothing, where the rest of the plan is wanted.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, s.cost as base, s.cost as high, coalesce('code ' || f.error_code || ': ', '') || coalesce(f.error_words, 'an unsupported system') as detail
  from actions.spending s
  join actions.machine_fact f on f.machine_number = s.machine_number
  where s.bucket = 'paid_unprotected' and f.is_permanent
)
select * from final
