-- The list: one action is one thing to do (its kind) in one subscription by one owner, in one currency. cost: what was paid
-- for what it claims; stake: what of it is in question; low, base, high: what can be left unpaid, open machines only. Sums of low, base and high over
-- the actions whose basis is `bill` are the savings available.
-- confidence: the lower of what the kind allows and how much of the money stands on records (95 % high, 50 % medium).
-- grain: one row per action
-- key: action_key
with subscription as (
  select subscription_id, max(name) as name, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
billed_name as (
  select subscription_id, max(subscription_name) as name from ledger.machine group by subscription_id
),
dearest_first as (
  select *, row_number() over (partition by action_key order by stake desc, cost desc, machine_number) as dearest from actions.action_machine
),
summed as (
  select action_key, kind, subscription_id, owner, billing_currency, cast(count(machine_number) as integer) as machines,
         cast(sum(case when machine_number is not null and status = 'waived' then 1 else 0 end) as integer) as waived_machines,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, amount(sum(proved_cost)) as proved_cost,
         amount(sum(case when status = 'waived' then cost else 0 end)) as waived_cost,
         amount(sum(stake)) as stake, amount(sum(low)) as low, amount(sum(base)) as base, amount(sum(high)) as high, amount(sum(added_cost)) as added_cost,
         max(case when dearest = 1 then detail end) as detail, min(strongest) as strongest, max(weakest) as weakest, min(first_day) as first_day, max(last_day) as last_day,
         min(status) as status, max(waiver_author) as waiver_author, max(waiver_reason) as waiver_reason, max(waiver_expires_day) as waiver_expires_day
  from dearest_first
  group by action_key, kind, subscription_id, owner, billing_currency
),
graded as (
  select a.*, k.position as kind_position, k.basis, coalesce(s.name, b.name) as subscription_name, s.tenant_id,
         least(k.certainty, case when a.cost <= 0 or a.proved_cost * 20 >= a.cost * 19 then 3 when a.proved_cost * 2 >= a.cost then 2 else 1 end) as certainty
  from summed a
  join actions.kind k on k.kind = a.kind
  left join subscription s on s.subscription_id = a.subscription_id
  left join billed_name b on b.subscription_id = a.subscription_id
),
final as (
  select action_key, kind, kind_position, basis, tenant_id, subscription_id, subscription_name, owner, billing_currency, machines, waived_machines,
         billed_hours, cost, proved_cost, waived_cost, stake, low, base, high, added_cost,
         case certainty when 3 then 'high' when 2 then 'medium' else 'low' end as confidence, detail,
         case strongest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' when 4 then 'none' end as strongest_evidence,
         case weakest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' when 4 then 'none' end as weakest_evidence,
         first_day, last_day, status, waiver_author, waiver_reason, waiver_expires_day
  from graded
)
select * from final
