-- What was paid, by what it bought: the money of the ledger without its days. It is what actions claim, each row by one
-- action at most.
-- proved_cost: cost on observed or inferred time that is no share of a subscription's line.
-- grain: one row per subscription, machine, bucket, issue, charged plan, is_free and currency
-- key: spending_id
with summed as (
  select subscription_id, machine_number, bucket, issue, charged_plan, is_free, billing_currency,
         amount(coalesce(sum(billed_hours), 0)) as billed_hours, amount(coalesce(sum(cost), 0)) as cost,
         amount(coalesce(sum(case when evidence in ('observed', 'inferred') and not allocated then cost end), 0)) as proved_cost,
         min(case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as strongest,
         max(case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as weakest,
         min(first_day) as first_day, max(last_day) as last_day
  from ledger.machine_total
  where billing_currency is not null
  group by subscription_id, machine_number, bucket, issue, charged_plan, is_free, billing_currency
),
final as (
  select row_number() over (order by machine_number, subscription_id, billing_currency, bucket, issue, charged_plan, is_free) as spending_id, *
  from summed
)
select * from final
