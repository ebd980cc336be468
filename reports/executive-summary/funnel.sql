-- From all machines to the protected ones, each step within the one before: eligible (alive in the period and a sensor
-- applies), on (ran in the period), billed, matched with a Defender for Endpoint record, healthy (last verdict of the
-- period). Machines out of the ladder are counted by the step they miss first.
-- grain: one row per step
-- key: step
with health as (
  select machine_id, max_by(health, from_at) as health from ledger.health group by machine_id
),
ran as (
  select machine_id, max(case when running_seconds > 0 then 1 else 0 end) as was_on from ledger.machine_day group by machine_id
),
charged as (
  select distinct machine_id from ledger.ledger where billing_currency is not null and machine_id is not null
),
machine as (
  select m.machine_id,
         case when coalesce(h.health, 'unknown') <> 'not_applicable' then 1 else 0 end as is_eligible,
         coalesce(r.was_on, 0) as is_on,
         case when c.machine_id is not null then 1 else 0 end as is_billed,
         case when m.known_to_endpoint or m.kind = 'direct' then 1 else 0 end as is_matched,
         case when h.health = 'healthy' then 1 else 0 end as is_healthy
  from ledger.machine m
  left join health h on h.machine_id = m.machine_id
  left join ran r on r.machine_id = m.machine_id
  left join charged c on c.machine_id = m.machine_id
  where m.alive_from_at is not null
),
final as (
  select 1 as position, 'eligible' as step, cast(coalesce(sum(is_eligible), 0) as integer) as machines from machine
  union all select 2, 'on', cast(coalesce(sum(is_eligible * is_on), 0) as integer) from machine
  union all select 3, 'billed', cast(coalesce(sum(is_eligible * is_on * is_billed), 0) as integer) from machine
  union all select 4, 'matched', cast(coalesce(sum(is_eligible * is_on * is_billed * is_matched), 0) as integer) from machine
  union all select 5, 'healthy', cast(coalesce(sum(is_eligible * is_on * is_billed * is_matched * is_healthy), 0) as integer) from machine
)
select * from final order by position
