-- The ledger without its days: what the seconds and the money of each machine of the period went to. Whatever asks for no
-- day reads this, which has far fewer rows. first_billed_day: the first with billed hours.
-- grain: machine × subscription × power × health × issue × evidence × bucket × charged plan × is_free × allocated × currency
-- key: machine_number, subscription_id, power, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
with final as (
  select subscription_id, machine_number, power, health, issue, evidence, bucket, charged_plan, is_free, allocated,
         min(day) as first_day, max(day) as last_day, min(case when billed_hours > 0 then day end) as first_billed_day,
         cast(sum(seconds) as bigint) as seconds, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, billing_currency
  from ledger.ledger
  group by subscription_id, machine_number, power, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
)
select * from final
