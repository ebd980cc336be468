-- The machines that each denominator of coverage counts, at the period's end. Healthy: the newest verdict that holds at
-- the end of the machine's life in the period. Machines to which a sensor does not apply are outside all of them.
-- grain: one row per denominator and machine
-- key: denominator, machine_number
with at_end as (
  select m.machine_number, m.known_to_inventory, m.in_licence_scope, h.health,
         case when m.alive_until_at = p.until_at then true else false end as is_alive_at_end,
         case when b.machine_number is not null then true else false end as is_billed,
         case when m.kind = 'direct' then true else m.known_to_endpoint end as is_known_to_endpoint
  from ledger.machine m
  cross join config.period p
  left join ledger.health h on h.machine_number = m.machine_number and h.until_at = m.alive_until_at
  left join (select distinct machine_number from ledger.machine_charge where machine_number is not null) b on b.machine_number = m.machine_number
  where m.alive_from_at is not null
),
applicable as (
  select * from at_end where is_alive_at_end and coalesce(health, 'unknown') <> 'not_applicable'
),
final as (
  select 'applicable' as denominator, machine_number, health from applicable
  union all
  select 'inventory', machine_number, health from applicable where known_to_inventory
  union all
  select 'billed', machine_number, health from applicable where is_billed
  union all
  select 'endpoint', machine_number, health from applicable where is_known_to_endpoint
  union all
  select 'in_scope', machine_number, health from applicable where in_licence_scope
)
select * from final
