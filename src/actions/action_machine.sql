-- The actions machine by machine. action_key is the same in every month for the same kind, subscription, owner and
-- currency. stake: what is in question, open machines only: all that was paid for unprotected time, and of protected time
-- what could be left unpaid at most. A row without a machine is money whose machine nobody knows, or licences.
-- grain: one row per action and machine
-- key: action_key, machine_number
with keyed as (
  select c.*, m.owner,
         c.kind || '-' || short_hash(coalesce(c.subscription_id, '') || '|' || coalesce(c.billing_currency, '') || '|' || coalesce(m.owner, '')) as action_key
  from actions.claim c
  left join ledger.machine m on m.machine_number = c.machine_number
),
final as (
  select action_key, kind, subscription_id, machine_number, owner, billing_currency,
         amount(sum(case when status = 'waived' then 0 when bucket = 'protected' then high else cost end)) as stake,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, amount(sum(proved_cost)) as proved_cost,
         amount(sum(case when status = 'open' then low else 0 end)) as low, amount(sum(case when status = 'open' then base else 0 end)) as base,
         amount(sum(case when status = 'open' then high else 0 end)) as high, amount(sum(added_cost)) as added_cost,
         max(detail) as detail, min(strongest) as strongest, max(weakest) as weakest, min(first_day) as first_day, max(last_day) as last_day,
         min(status) as status, max(waiver_author) as waiver_author, max(waiver_reason) as waiver_reason, max(waiver_expires_day) as waiver_expires_day
  from keyed
  group by action_key, kind, subscription_id, machine_number, owner, billing_currency
)
select * from final
