-- What a ticket of each open action says.
-- grain: one row per open action
-- key: action_key
with final as (
  select a.action_key, a.kind, k.title, k.why, k.how, k.effort, k.risk, k.depends_on, a.subscription_id, a.subscription_name, a.owner, a.machines,
         a.billed_hours, a.cost, a.stake, a.low, a.base, a.high, a.added_cost, a.billing_currency, a.basis, a.confidence, a.detail, a.first_day, a.last_day
  from actions.action a
  join actions.kind k on k.kind = a.kind
  where a.status = 'open'
)
select * from final
