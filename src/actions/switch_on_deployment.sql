-- Paid time without a sensor in subscriptions whose setting (WDATP) keeps Defender for Cloud from deploying it: one cause,
-- one action for the whole subscription.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, amount(0) as high, cast('deployment of the sensor is switched off (WDATP)' as varchar) as detail
  from actions.spending s
  join actions.machine_fact f on f.machine_number = s.machine_number
  where s.bucket = 'paid_unprotected' and s.issue = 'installation' and f.is_deployment_off
)
select * from final
