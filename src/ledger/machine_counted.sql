-- The machines that each denominator of coverage counts, at the period's end. Healthy: the newest verdict that holds at
-- the end of the machine's life in the period. Machines to which a sensor does not apply are outside all of them.
-- grain: one row per denominator and machine
-- key: denominator, machine_id
with at_end as (
  select m.machine_id, m.known_to_inventory, m.in_licence_scope, h.health,
         case when m.alive_until_at = p.until_at then true else false end as is_alive_at_end,
         case when b.machine_id is not null then true else false end as is_billed,
         case when m.kind = 'direct' then true else m.known_to_endpoint end as is_known_to_endpoint
  from ledger.machine m
  cross join config.period p
  left join ledger.health h on h.machine_id = m.machine_id and h.until_at = m.alive_until_at
  left join (select distinct machine_id from ledger.machine_charge where machine_id is not null) b on b.machine_id = m.machine_id
  where m.alive_from_at is not null
),
applicable as (
  select * from at_end where is_alive_at_end and coalesce(health, 'unknown') <> 'not_applicable'
),
final as (
  select 'applicable' as denominator, machine_id, health from applicable
  union all
  select 'inventory', machine_id, health from applicable where known_to_inventory
  union all
  select 'billed', machine_id, health from applicable where is_billed
  union all
  select 'endpoint', machine_id, health from applicable where is_known_to_endpoint
  union all
  select 'in_scope', machine_id, health from applicable where in_licence_scope
)
select * from final
