-- Power of machines without any operation on record, from the compute hours billed: a day with h compute hours ran for
-- h hours whose position in the day is unknown (`on_seconds` within the segment); a day without a line was off.
-- Where the nearest inventory snapshot says stopped, the billed hours are taken as stopped, and only assumed.
-- grain: one row per machine and day of its life in the period
-- key: machine_number, from_at
with silent as (
  select m.machine_number, m.alive_from_at, m.alive_until_at
  from ledger.machine m
  join (select distinct machine_number from ledger.compute_day) c on c.machine_number = m.machine_number
  left join (select distinct machine_number from ledger.power_event) e on e.machine_number = m.machine_number
  where e.machine_number is null and m.alive_from_at is not null and m.kind in ('azure-vm', 'scale-set-instance')
),
life_day as (
  select machine_number, alive_from_at, alive_until_at,
         unnest(days_between(day_of(alive_from_at), day_of(alive_until_at - 1))) as day
  from silent
),
segment as (
  select machine_number, day, greatest(alive_from_at, day_at(day)) as from_at, least(alive_until_at, day_at(day) + 86400) as until_at
  from life_day
),
measured as (
  select s.machine_number, s.from_at, s.until_at,
         least(coalesce(c.compute_seconds, 0), s.until_at - s.from_at) as on_seconds,
         n.power as nearest_power
  from segment s
  left join ledger.compute_day c on c.machine_number = s.machine_number and c.day = s.day
  left join ledger.power_snapshot n
    on n.machine_number = s.machine_number and n.nearest_from_at <= day_at(s.day) + 43200 and day_at(s.day) + 43200 < n.nearest_until_at
),
final as (
  select machine_number, from_at, until_at,
         case when on_seconds = 0 then 'off' when nearest_power = 'stopped' then 'stopped' else 'running' end as power,
         case when on_seconds > 0 and nearest_power = 'stopped' then 'assumed' else 'inferred' end as evidence,
         case when on_seconds > 0 and on_seconds < until_at - from_at then on_seconds end as on_seconds
  from measured
)
select * from final
