-- severity: broken
-- Per plan and subscription the billed hours of the ledger are the hours of the charges.
with charged as (
  select coalesce(plan, '') as plan, coalesce(subscription_id, '') as subscription_id, coalesce(sum(hours), 0) as hours from ledger.charge group by 1, 2
),
booked as (
  select coalesce(charged_plan, '') as plan, coalesce(subscription_id, '') as subscription_id, coalesce(sum(billed_hours), 0) as hours
  from ledger.ledger where billing_currency is not null or billed_hours is not null group by 1, 2
),
final as (
  select coalesce(c.subscription_id, b.subscription_id) || ' ' || coalesce(c.plan, b.plan) as subject,
         'the billed hours of the ledger are not the hours of the charges' as message,
         'charges ' || cast(coalesce(c.hours, 0) as varchar) || ' h, ledger ' || cast(coalesce(b.hours, 0) as varchar) || ' h' as evidence
  from charged c
  full join booked b on b.plan = c.plan and b.subscription_id = c.subscription_id
  where coalesce(c.hours, 0) <> coalesce(b.hours, 0)
)
select * from final
