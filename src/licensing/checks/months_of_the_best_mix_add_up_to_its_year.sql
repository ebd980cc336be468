-- severity: broken
-- The months that the cash table shows are the year of the scenarios, to the last digit.
with month as (
  select billing_currency, amount(sum(billed_cost)) as billed_cost, amount(sum(mix_cost)) as mix_cost from licensing.cash_month group by billing_currency
),
year as (
  select billing_currency, max(case when scenario = 'as_billed' then year_cost end) as billed_cost, max(case when scenario = 'best_mix' then year_cost end) as mix_cost
  from licensing.scenario_year
  group by billing_currency
),
final as (
  select m.billing_currency as subject, 'the months of the coming year do not add up to the year' as message,
         'months ' || amount_text(m.billed_cost) || ' and ' || amount_text(m.mix_cost) || ', year ' || coalesce(amount_text(y.billed_cost), 'not known')
           || ' and ' || coalesce(amount_text(y.mix_cost), 'not known') as evidence
  from month m
  left join year y on y.billing_currency = m.billing_currency
  where y.mix_cost is not null and (m.billed_cost <> coalesce(y.billed_cost, m.billed_cost + 1) or m.mix_cost <> y.mix_cost)
)
select * from final
