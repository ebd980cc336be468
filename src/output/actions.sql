-- What to do, one row an action: a kind of action in one subscription by one owner, in one currency. low, base and high add
-- up, over the rows of basis `bill`, to the savings available. A row without an owner has none in the tags.
-- grain: one row per action
-- key: action_key
with final as (
  select a.action_key, a.kind, k.title, a.basis, a.tenant_id, a.subscription_id, a.subscription_name, a.owner, a.billing_currency, a.machines, a.billed_hours,
         a.cost, a.proved_cost, a.stake, a.low, a.base, a.high, a.added_cost, a.confidence, k.effort, k.risk, k.depends_on, a.detail,
         a.strongest_evidence, a.weakest_evidence, a.first_day, a.last_day, a.status, a.waived_machines, a.waived_cost,
         a.waiver_author, a.waiver_reason, a.waiver_expires_day
  from actions.action a
  join actions.kind k on k.kind = a.kind
)
select * from final
