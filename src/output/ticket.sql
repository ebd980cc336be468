-- What a ticket of each open action says, with the machines it names: the 50 with the largest money, the largest first.
-- grain: one row per open action and machine that it names; one row for an action that names none
-- key: action_key, position
with ranked as (
  select a.action_key, cast(row_number() over (partition by a.action_key order by a.cost desc, a.machine_number) as integer) as position,
         coalesce(m.name, m.machine_id) as name, coalesce(m.resource_id_display, m.machine_id) as resource_id, a.cost, a.detail
  from actions.action_machine a
  left join ledger.machine m on m.machine_number = a.machine_number
  where a.machine_number is not null and a.status = 'open'
),
final as (
  select a.action_key, a.kind, k.title, k.why, k.how, k.effort, k.risk, k.depends_on, a.subscription_id, a.subscription_name, a.owner, a.machines,
         a.billed_hours, a.cost, a.stake, a.low, a.base, a.high, a.added_cost, a.billing_currency, a.basis, a.confidence, a.detail, a.first_day, a.last_day,
         r.position, r.name as machine_name, r.resource_id as machine_resource_id, r.cost as machine_cost, r.detail as machine_detail
  from actions.action a
  join actions.kind k on k.kind = a.kind
  left join ranked r on r.action_key = a.action_key and r.position <= 50
  where a.status = 'open'
)
select * from final order by action_key, position
