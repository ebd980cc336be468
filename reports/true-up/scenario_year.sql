-- The coming year under each scenario, with its low and high, when it can begin and be undone, and the difference to the bill as it
-- goes on. cheapness: 1 is the cheapest that is permitted and has a known cost.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with billed as (
  select billing_currency, year_cost from licensing.scenario_year where scenario = 'as_billed'
),
final as (
  select y.scenario, y.billing_currency, y.year_cost, y.low_year_cost, y.high_year_cost, y.single_cost, y.gap, y.possible_from, y.reversible_from, y.reversible,
         coalesce(s.permitted, false) as permitted, s.reason, amount(y.year_cost - b.year_cost) as difference,
         case when s.permitted and y.year_cost is not null
              then cast(row_number() over (partition by y.billing_currency order by case when s.permitted and y.year_cost is not null then 0 else 1 end, y.year_cost, y.scenario) as integer) end as cheapness
  from licensing.scenario_year y
  join licensing.scenario s on s.scenario = y.scenario and coalesce(s.billing_currency, '') = coalesce(y.billing_currency, '')
  left join billed b on b.billing_currency = y.billing_currency
  where y.billing_currency is not null
)
select * from final
order by billing_currency, case scenario when 'as_billed' then 1 when 'all_p1' then 2 when 'all_p2' then 3 when 'server_licence' then 4 when 'user_licence' then 5 when 'best_mix' then 6 when 'commitment' then 7 else 8 end, scenario
