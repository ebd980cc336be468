-- What is proposed for the machine: each action that claims some of its money, with what it claims and why.
-- grain: one row per action and currency
-- key: action_key
with final as (
  select a.action_key, a.kind, a.status, a.detail, a.first_day, a.last_day, a.billing_currency, a.billed_hours, a.cost, a.low, a.base, a.high
  from actions.action_machine a
  join config.explained e on e.machine_number = a.machine_number
)
select * from final
order by cost desc, action_key
