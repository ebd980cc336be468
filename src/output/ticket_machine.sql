-- The machines that a ticket names: of each open action the 50 with the largest money.
-- grain: one row per open action and machine
-- key: action_key, position
with ranked as (
  select a.action_key, cast(row_number() over (partition by a.action_key order by a.cost desc, a.machine_id) as integer) as position,
         coalesce(m.name, a.machine_id) as name, coalesce(m.resource_id_display, a.machine_id) as resource_id, a.cost, a.detail
  from actions.action_machine a
  left join ledger.machine m on m.machine_id = a.machine_id
  where a.machine_id is not null and a.status = 'open'
),
final as (
  select * from ranked where position <= 50
)
select * from final
