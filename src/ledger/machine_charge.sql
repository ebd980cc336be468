-- What a machine is charged on a day, by plan, currency and kind: its own lines and its shares of subscription lines.
-- is_free: billed on a trial or licence-benefit meter. machine_number NULL: nobody is known to whom the charge belongs.
-- grain: one row per machine, subscription, day, charged plan, currency, is_free and allocated
-- key: machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated
with own as (
  select machine_number, subscription_id, day, plan as charged_plan, billing_currency, case when meter = 'standard' then false else true end as is_free,
         false as allocated, hours, billed_cost, effective_cost, cost
  from ledger.charge
  where grain = 'machine'
),
allocated as (
  select machine_number, subscription_id, day, charged_plan, billing_currency, is_free, case when machine_number is null then false else true end as allocated,
         hours, billed_cost, effective_cost, cost
  from ledger.subscription_share
),
final as (
  select machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated,
         amount(sum(hours)) as hours, amount(sum(billed_cost)) as billed_cost, amount(sum(effective_cost)) as effective_cost, amount(sum(cost)) as cost
  from (select * from own union all select * from allocated) u
  group by 1, 2, 3, 4, 5, 6, 7
)
select * from final
