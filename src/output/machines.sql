-- Machines with their time and money of the period. A machine that was billed in two currencies, or by two subscriptions,
-- has a row for each; every second stands in one of them, so that columns of hours may be added up.
-- grain: one row per machine, subscription and currency
-- key: machine_id, subscription_id, billing_currency
with time_and_money as (
  select machine_number, subscription_id, billing_currency,
         sum(case when power = 'running' then seconds else 0 end) as running_seconds,
         sum(case when power = 'stopped' then seconds else 0 end) as stopped_seconds,
         sum(case when power = 'off' then seconds else 0 end) as off_seconds,
         sum(case when power = 'unknown' then seconds else 0 end) as unknown_seconds,
         sum(case when power = 'running' and health = 'healthy' then seconds else 0 end) as healthy_seconds,
         sum(case when power = 'running' and health = 'unhealthy' then seconds else 0 end) as unhealthy_seconds,
         amount(sum(billed_hours)) as billed_hours,
         amount(sum(cost)) as cost,
         amount(sum(case when bucket = 'protected' then cost end)) as cost_protected,
         amount(sum(case when bucket = 'paid_unprotected' then cost end)) as cost_unprotected,
         amount(sum(case when bucket = 'paid_not_applicable' then cost end)) as cost_not_applicable,
         amount(sum(case when bucket = 'paid_unverified' then cost end)) as cost_unverified,
         amount(sum(case when bucket = 'paid_stopped' then cost end)) as cost_stopped,
         amount(sum(case when bucket = 'billed_while_off' then cost end)) as cost_while_off,
         amount(sum(case when bucket = 'power_unknown' then cost end)) as cost_power_unknown
  from ledger.machine_total
  where machine_number is not null
  group by machine_number, subscription_id, billing_currency
),
final as (
  select m.tenant_id, t.subscription_id, m.machine_id, m.name, m.kind, m.os_class, m.os_name, m.managed_by, m.subscription_name, m.resource_group,
         m.location, m.resource_id_display as resource_id, m.vm_id, m.fqdn, m.owner, m.created_at, m.deleted_at,
         m.known_to_inventory, m.known_to_bill, m.known_to_endpoint, m.match_evidence, m.in_licence_scope,
         hours_of_seconds(t.running_seconds) as running_hours, hours_of_seconds(t.stopped_seconds) as stopped_hours,
         hours_of_seconds(t.off_seconds) as off_hours, hours_of_seconds(t.unknown_seconds) as unknown_hours,
         hours_of_seconds(t.healthy_seconds) as healthy_hours, hours_of_seconds(t.unhealthy_seconds) as unhealthy_hours,
         hours_of_seconds(t.running_seconds + t.stopped_seconds) as expected_hours, t.billed_hours, t.cost, t.cost_protected, t.cost_unprotected, t.cost_not_applicable, t.cost_unverified,
         t.cost_stopped, t.cost_while_off, t.cost_power_unknown, t.billing_currency
  from time_and_money t
  join ledger.machine m on m.machine_number = t.machine_number
)
select * from final
