-- The machines behind an action, dearest first: what it claims of each. A row without a machine is money whose machine
-- nobody knows, or licences.
-- grain: one row per machine
-- key: machine_id
with final as (
  select m.machine_id, coalesce(m.name, m.machine_id, 'no machine') as name, a.status, a.detail, a.first_day, a.last_day, a.billing_currency, a.billed_hours, a.cost,
         a.low, a.base, a.high
  from actions.action_machine a
  join config.explained_action w on w.action_key = a.action_key
  left join ledger.machine m on m.machine_number = a.machine_number
)
select * from final
order by cost desc, machine_id nulls last
