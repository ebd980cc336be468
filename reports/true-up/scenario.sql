-- What the same machines would have cost under each way of licensing, and the difference to the bill. cheapness: 1 is the
-- cheapest that is permitted and has a known cost.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with billed as (
  select billing_currency, max(cost) as billed_cost from licensing.scenario where scenario = 'as_billed' group by billing_currency
),
final as (
  select s.scenario, s.billing_currency, s.quantity, s.quantity_unit, s.cost, s.reason, coalesce(s.permitted, false) as permitted, s.loses, s.note,
         amount(s.cost - b.billed_cost) as difference,
         case when s.permitted and s.cost is not null
              then cast(row_number() over (partition by s.billing_currency order by case when s.permitted and s.cost is not null then 0 else 1 end, s.cost, s.scenario) as integer) end as cheapness
  from licensing.scenario s
  left join billed b on b.billing_currency = s.billing_currency
)
select * from final
order by billing_currency nulls last,
         case scenario when 'as_billed' then 1 when 'all_p1' then 2 when 'all_p2' then 3 when 'server_licence' then 4 when 'user_licence' then 5 when 'best_mix' then 6 when 'commitment' then 7 else 8 end, scenario
