-- severity: broken
-- What actions may claim is the ledger's money, per currency, to the last digit.
with paid as (
  select billing_currency, amount(sum(cost)) as cost from ledger.ledger where billing_currency is not null group by billing_currency
),
spent as (
  select billing_currency, amount(sum(cost)) as cost from actions.spending group by billing_currency
),
final as (
  select p.billing_currency as subject, 'the spending that actions claim is not what was paid' as message,
         amount_text(p.cost) || ' in the ledger, ' || coalesce(amount_text(s.cost), 'nothing') || ' in the spending' as evidence
  from paid p
  left join spent s on s.billing_currency = p.billing_currency
  where s.cost is null or s.cost <> p.cost
)
select * from final
