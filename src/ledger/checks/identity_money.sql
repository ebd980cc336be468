-- severity: broken
-- Per currency the cost over the buckets is the cost of the charges, to the last digit.
with charged as (
  select coalesce(billing_currency, '') as currency, coalesce(sum(cost), 0) as cost, coalesce(sum(billed_cost), 0) as billed, coalesce(sum(effective_cost), 0) as effective
  from ledger.charge group by 1
),
booked as (
  select coalesce(billing_currency, '') as currency, coalesce(sum(cost), 0) as cost, coalesce(sum(billed_cost), 0) as billed, coalesce(sum(effective_cost), 0) as effective
  from ledger.ledger where cost is not null or billed_cost is not null or effective_cost is not null group by 1
),
final as (
  select coalesce(c.currency, b.currency) as subject, 'the cost of the ledger is not the cost of the charges' as message,
         'charges ' || cast(coalesce(c.cost, 0) as varchar) || ', ledger ' || cast(coalesce(b.cost, 0) as varchar) as evidence
  from charged c
  full join booked b on b.currency = c.currency
  where coalesce(c.cost, 0) <> coalesce(b.cost, 0) or coalesce(c.billed, 0) <> coalesce(b.billed, 0) or coalesce(c.effective, 0) <> coalesce(b.effective, 0)
)
select * from final
