-- Pre-purchase tiers over a year at the pace of the period: what each costs, and for which consumption it is the cheapest way.
-- grain: one row per tier and currency
-- key: billing_currency, units
with final as (
  select billing_currency, units, amount(discount_percent) as discount_percent, year_price, list_year_cost, year_cost, unused_in_a_year, best_from, best_until, place, reason
  from licensing.commitment
  where estimate = 'base'
)
select * from final order by billing_currency, units
