-- Plan 2 in subscriptions that have switched its extras off (agentless scanning and file integrity monitoring): the sensor
-- is the same in Plan 1. Low: nothing, because the use of baselines, just-in-time access and 500 MB of log data a day
-- does not show in the settings. Plan 1 shows sensor health only beside Defender CSPM.
-- grain: one row per spending
-- key: spending_id
with setting as (
  select subscription_id, tier, sub_plan, has_agentless_scanning, has_file_integrity,
         row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where plan_name = 'virtualmachines' and scope_level = 'subscription'
),
priced as (
  select s.spending_id, s.cost - amount_product(s.billed_hours, p.p1_price) as saving
  from actions.spending s
  join setting t on t.subscription_id = s.subscription_id and t.newest = 1
  join actions.price p on p.billing_currency = s.billing_currency
  where s.charged_plan = 'p2' and s.bucket = 'protected' and not s.is_free and p.p1_price is not null
    and t.tier = 'standard' and t.sub_plan = 'p2' and t.has_agentless_scanning = false and t.has_file_integrity = false
),
final as (
  select spending_id, amount(0) as low, amount(saving) as base, amount(saving) as high,
         cast('agentless scanning and file integrity monitoring are off' as varchar) as detail
  from priced
  where saving > 0
)
select * from final
