-- The machines behind the actions. A row without a machine is money whose machine nobody knows, or licences.
-- proved_cost: cost on observed or inferred time that is no share of a subscription's line.
-- grain: one row per action and machine
-- key: action_key, machine_id
with tenant as (
  select subscription_id, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
final as (
  select a.action_key, a.kind, t.tenant_id, a.subscription_id, m.machine_id, m.name, a.owner, m.resource_id_display as resource_id, a.billed_hours, a.cost,
         a.proved_cost, a.stake, a.low, a.base, a.high, a.added_cost, a.billing_currency, a.detail, a.first_day, a.last_day, a.status,
         a.waiver_author, a.waiver_reason, a.waiver_expires_day
  from actions.action_machine a
  left join ledger.machine m on m.machine_number = a.machine_number
  left join tenant t on t.subscription_id = a.subscription_id
)
select * from final
