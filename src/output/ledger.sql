-- The ledger as it is handed out: every second of every machine and every unit of money, in exactly one row.
-- grain: machine × subscription × day × power × plan × health × issue × evidence × charged plan × is_free × allocated × currency
-- key: machine_id, subscription_id, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
with final as (
  select l.tenant_id, l.subscription_id, m.machine_id, l.day, l.power, l.plan, l.health, l.issue, l.evidence, l.bucket, l.charged_plan, l.is_free, l.allocated,
         l.seconds, l.expected_hours, l.billed_hours, l.billed_cost, l.effective_cost, l.cost, l.billing_currency
  from ledger.ledger l
  left join ledger.machine m on m.machine_number = l.machine_number
)
select * from final
