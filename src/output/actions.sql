-- What to look at, machine by machine: the money of every bucket but `protected`, which exclude each other, so that the
-- column adds up to the cost that is not plainly well spent. A row without a machine is money whose machine nobody knows.
-- grain: one row per machine, subscription, action and currency
-- key: machine_id, subscription_id, action, billing_currency
with tenant as (
  select subscription_id, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
charged as (
  select *,
         case when bucket = 'paid_unprotected' and issue = 'installation' then 'install_sensor'
              when bucket = 'paid_unprotected' then 'revive_sensor'
              when bucket = 'paid_stopped' then 'deallocate'
              when bucket = 'billed_while_off' then 'query_charge'
              when bucket = 'paid_not_applicable' then 'decide_exclusion'
              when bucket = 'paid_unverified' then 'verify_health'
              when bucket = 'power_unknown' then 'verify_power'
              when bucket = 'unattributed' then 'find_machine' end as action
  from ledger.ledger
  where billing_currency is not null and bucket <> 'protected'
),
grouped as (
  select machine_id, subscription_id, action, billing_currency, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost,
         amount(sum(case when evidence in ('observed', 'inferred') and not allocated then cost else 0 end)) as proved_cost
  from charged
  group by machine_id, subscription_id, action, billing_currency
),
message as (
  select machine_id, max_by(message, from_at) as message from ledger.health where message is not null group by machine_id
),
final as (
  select t.tenant_id, g.subscription_id, g.machine_id, m.name, m.owner, m.resource_id_display as resource_id, g.action, g.billed_hours, g.cost,
         g.proved_cost, g.billing_currency, case when g.action in ('install_sensor', 'revive_sensor') then x.message end as message
  from grouped g
  left join ledger.machine m on m.machine_id = g.machine_id
  left join message x on x.machine_id = g.machine_id
  left join tenant t on t.subscription_id = g.subscription_id
)
select * from final
