-- The ledger as it is handed out: every second of every machine and every unit of money, in exactly one row.
-- grain: machine × subscription × day × power × plan × health × issue × evidence × charged plan × is_free × allocated × currency
-- key: machine_id, subscription_id, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
with final as (
  select tenant_id, subscription_id, machine_id, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated,
         seconds, expected_hours, billed_hours, billed_cost, effective_cost, cost, billing_currency
  from ledger.ledger
)
select * from final
