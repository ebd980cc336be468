-- severity: broken
-- The scenario "as billed" reproduces the ledger's total per currency, to the last digit: all comparisons start from it.
with charged as (
  select billing_currency, amount(sum(cost)) as cost from ledger.charge where billing_currency is not null group by billing_currency
),
scenario as (
  select billing_currency, cost from licensing.scenario where scenario = 'as_billed'
),
final as (
  select coalesce(c.billing_currency, s.billing_currency) as subject, 'the scenario "as billed" is not the total of the charges' as message,
         'charges ' || coalesce(cast(c.cost as varchar), 'none') || ', scenario ' || coalesce(cast(s.cost as varchar), 'none') as evidence
  from charged c
  full join scenario s on s.billing_currency = c.billing_currency
  where coalesce(cast(c.cost as varchar), '') <> coalesce(cast(s.cost as varchar), '')
)
select * from final
