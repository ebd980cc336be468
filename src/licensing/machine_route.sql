-- By which route machines are licensed on each day of their life in the period, or would have to be.
-- route: `hourly` charged by the hour that day, free days included; `server_licence` a server with a sensor that nothing
-- pays by the hour that day, or that is charged on the meter of owned licences: it needs a server licence;
-- `user_licence` a client system, which user licences cover; `none` a server without a sensor and without a charge.
-- A sensor counts from its first healthy or silent verdict on. A server that is off all day and charged by the hour on
-- other days of the period stays on that route: hours are paid when it is on. Machines that a service manages are left out.
-- is_short_lived: an instance of a scale set, or made and removed again within config.setting `short_lived_days`.
-- machines: those that exist in the same part of the day.
-- grain: one row per route, is_short_lived, day and part of the day
-- key: route, is_short_lived, day, from_at, until_at
with sensor as (
  select machine_number, min(from_at) as sensor_from_at from ledger.health where health = 'healthy' or issue = 'heartbeat' group by machine_number
),
benefit_day as (
  select distinct machine_number, day from ledger.charge where meter = 'benefit' and machine_number is not null
  union
  select distinct a.machine_number, a.day
  from ledger.machine_charge a
  join ledger.charge c on c.meter = 'benefit' and c.machine_number is null and c.subscription_id = a.subscription_id and c.day = a.day
  where a.allocated and a.is_free
),
member as (
  select m.machine_number, m.os_class, m.alive_from_at, m.alive_until_at, s.sensor_from_at,
         case when m.kind = 'scale-set-instance' then true
              when m.created_at is not null and m.deleted_at is not null and m.deleted_at - m.created_at < cast(n.value as bigint) * 86400 then true
              else false end as is_short_lived
  from ledger.machine m
  join config.setting n on n.key = 'short_lived_days'
  left join sensor s on s.machine_number = m.machine_number
  where m.alive_from_at is not null and m.managed_by is null and (m.in_licence_scope or m.os_class = 'client')
),
fact as (
  select machine_number, unnest(days_between(day_of(alive_from_at), day_of(alive_until_at - 1))) as day, 1 as is_alive, cast(null as integer) as is_hourly, 0 as is_on from member
  union all
  select m.machine_number, h.day, 0, case when h.is_free and b.machine_number is not null then 0 else 1 end, 0
  from ledger.machine_charge h
  join member m on m.machine_number = h.machine_number
  left join benefit_day b on b.machine_number = h.machine_number and b.day = h.day
  union all
  -- on, or not known to be off
  select m.machine_number, d.day, 0, cast(null as integer), 1
  from ledger.machine_day d
  join member m on m.machine_number = d.machine_number
  where d.billable_seconds > 0 or d.unknown_seconds > 0
),
machine_day as (
  select machine_number, day, max(is_alive) as is_alive, max(is_hourly) as is_hourly, max(is_on) as is_on from fact group by machine_number, day
),
by_hour as (
  select machine_number, max(is_hourly) as is_hourly from machine_day where is_hourly is not null group by machine_number
),
routed as (
  select d.day, greatest(m.alive_from_at, day_at(d.day)) as from_at, least(m.alive_until_at, day_at(d.day) + 86400) as until_at, m.is_short_lived,
         case when m.os_class = 'client' then 'user_licence'
              when d.is_hourly = 1 then 'hourly'
              when d.is_hourly = 0 then 'server_licence'
              when b.is_hourly = 1 and d.is_on = 0 then 'hourly'
              when m.sensor_from_at < day_at(d.day) + 86400 then 'server_licence'
              else 'none' end as route
  from machine_day d
  join member m on m.machine_number = d.machine_number
  left join by_hour b on b.machine_number = d.machine_number
  where d.is_alive = 1
),
final as (
  select route, is_short_lived, day, from_at, until_at, count(*) as machines from routed group by route, is_short_lived, day, from_at, until_at
)
select * from final
