-- The ledger of the period in the grain that people pivot: what each machine's hours and money went to, summed over its
-- days. Money whose machine nobody knows stands in rows without a machine.
-- grain: one row per month, machine, subscription, bucket, plan, allocation and currency
-- key: month, machine_id, subscription_id, bucket, charged_plan, allocated, billing_currency
with summed as (
  select cast(substr(cast(l.day as varchar), 1, 7) as varchar) as month, l.machine_number, l.subscription_id, l.bucket, l.charged_plan, l.allocated, l.billing_currency,
         hours_of_seconds(cast(sum(l.seconds) as bigint)) as hours, amount(sum(l.billed_hours)) as billed_hours, amount(sum(l.cost)) as cost
  from ledger.ledger l
  group by 1, 2, 3, 4, 5, 6, 7
),
final as (
  select s.month, m.name as machine, m.owner, m.subscription_name, s.bucket, s.charged_plan, s.allocated, s.billing_currency, s.hours, s.billed_hours, s.cost,
         m.machine_id, s.subscription_id
  from summed s
  left join ledger.machine m on m.machine_number = s.machine_number
)
select * from final
