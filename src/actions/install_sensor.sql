-- Paid time of machines whose sensor is missing or failed to install. It saves nothing: the money begins to protect.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, amount(0) as high, case when f.error_code is not null then 'code ' || f.error_code || coalesce(': ' || f.error_words, '') else f.health_message end as detail
  from actions.spending s
  join actions.machine_fact f on f.machine_number = s.machine_number
  where s.bucket = 'paid_unprotected' and s.issue = 'installation'
)
select * from final
