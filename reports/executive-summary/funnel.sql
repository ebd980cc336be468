-- From all machines to the protected ones, each step within the one before: eligible (alive in the period and a sensor
-- applies), on (ran in the period), billed, matched with a Defender for Endpoint record, healthy (last verdict of the
-- period). Machines out of the ladder are counted by the step they miss first.
-- grain: one row per step
-- key: step
with health as (
  select machine_number, max_by(health, from_at) as health from ledger.health group by machine_number
),
ran as (
  select machine_number, max(case when running_seconds > 0 then 1 else 0 end) as was_on from ledger.machine_day group by machine_number
),
charged as (
  select distinct machine_number from ledger.machine_total where billing_currency is not null and machine_number is not null
),
machine as (
  select m.machine_number,
         case when coalesce(h.health, 'unknown') <> 'not_applicable' then 1 else 0 end as is_eligible,
         coalesce(r.was_on, 0) as is_on,
         case when c.machine_number is not null then 1 else 0 end as is_billed,
         case when m.known_to_endpoint or m.kind = 'direct' then 1 else 0 end as is_matched,
         case when h.health = 'healthy' then 1 else 0 end as is_healthy
  from ledger.machine m
  left join health h on h.machine_number = m.machine_number
  left join ran r on r.machine_number = m.machine_number
  left join charged c on c.machine_number = m.machine_number
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
