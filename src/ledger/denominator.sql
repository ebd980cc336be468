-- Coverage of machines at the period's end, against four denominators. Healthy: the newest verdict that holds at the
-- end of the machine's life in the period. Machines to which a sensor does not apply are outside all four.
-- grain: one row per denominator
-- key: denominator
with at_end as (
  select m.machine_id, m.known_to_inventory, m.known_to_endpoint, m.in_licence_scope, h.health,
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
  select 'applicable' as denominator, count(*) as machines, coalesce(sum(case when health = 'healthy' then 1 else 0 end), 0) as healthy from applicable
  union all
  select 'inventory', count(*), coalesce(sum(case when health = 'healthy' then 1 else 0 end), 0) from applicable where known_to_inventory
  union all
  select 'billed', count(*), coalesce(sum(case when health = 'healthy' then 1 else 0 end), 0) from applicable where is_billed
  union all
  select 'endpoint', count(*), coalesce(sum(case when health = 'healthy' then 1 else 0 end), 0) from applicable where is_known_to_endpoint
  union all
  select 'in_scope', count(*), coalesce(sum(case when health = 'healthy' then 1 else 0 end), 0) from applicable where in_licence_scope
)
select * from final
