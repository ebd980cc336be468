-- What the same machines and hours would have cost under each licence, per currency; and what the twelve months after the period
-- would, with low and high, from when it can begin and be undone.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with tenant as (
  select case when count(distinct tenant_id) = 1 then max(tenant_id) end as tenant_id from normalise.subscription
),
final as (
  select t.tenant_id, s.scenario, s.quantity, s.quantity_unit, s.cost, s.billing_currency, s.permitted, s.reason, s.loses, s.note,
         y.year_cost, y.low_year_cost, y.high_year_cost, y.gap as year_cost_gap, y.possible_from, y.reversible_from, y.reversible
  from licensing.scenario s
  cross join tenant t
  left join licensing.scenario_year y on y.scenario = s.scenario and coalesce(y.billing_currency, '') = coalesce(s.billing_currency, '')
)
select * from final
