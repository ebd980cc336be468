-- What the same machines and hours would have cost under each licence, per currency.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with tenant as (
  select case when count(distinct tenant_id) = 1 then max(tenant_id) end as tenant_id from normalise.subscription
),
final as (
  select t.tenant_id, s.scenario, s.quantity, s.quantity_unit, s.cost, s.billing_currency, s.permitted, s.reason, s.loses, s.note
  from licensing.scenario s
  cross join tenant t
)
select * from final
