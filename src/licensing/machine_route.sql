-- By which route each machine is licensed on each day of its life in the period, or would have to be.
-- route: `hourly` charged by the hour that day, free days included; `server_licence` a server with a sensor that nothing
-- pays by the hour that day, or that is charged on the meter of owned licences: it needs a server licence;
-- `user_licence` a client system, which user licences cover; `none` a server without a sensor and without a charge.
-- A sensor counts from its first healthy or silent verdict on. A server that is off all day and charged by the hour on
-- other days of the period stays on that route: hours are paid when it is on. Machines that a service manages are left out.
-- is_short_lived: an instance of a scale set, or made and removed again within config.setting `short_lived_days`.
-- grain: one row per machine and day of its life in the period
-- key: machine_id, day
with sensor as (
  select machine_id, min(from_at) as sensor_from_at from ledger.health where health = 'healthy' or issue = 'heartbeat' group by machine_id
),
benefit_day as (
  select distinct machine_id, day from ledger.charge where meter = 'benefit' and machine_id is not null
  union
  select distinct a.machine_id, a.day
  from ledger.machine_charge a
  join ledger.charge c on c.meter = 'benefit' and c.machine_id is null and c.subscription_id = a.subscription_id and c.day = a.day
  where a.allocated and a.is_free
),
hourly_day as (
  select h.machine_id, h.day, max(case when h.is_free and b.machine_id is not null then 0 else 1 end) as is_hourly
  from ledger.machine_charge h
  left join benefit_day b on b.machine_id = h.machine_id and b.day = h.day
  where h.machine_id is not null
  group by h.machine_id, h.day
),
by_hour as (
  select machine_id, max(is_hourly) as is_hourly from hourly_day group by machine_id
),
member as (
  select m.machine_id, m.os_class, m.in_licence_scope, m.alive_from_at, m.alive_until_at, s.sensor_from_at,
         case when m.kind = 'scale-set-instance' then true
              when m.created_at is not null and m.deleted_at is not null and m.deleted_at - m.created_at < cast(n.value as bigint) * 86400 then true
              else false end as is_short_lived,
         unnest(days_between(day_of(m.alive_from_at), day_of(m.alive_until_at - 1))) as day
  from ledger.machine m
  join config.setting n on n.key = 'short_lived_days'
  left join sensor s on s.machine_id = m.machine_id
  where m.alive_from_at is not null and m.managed_by is null and (m.in_licence_scope or m.os_class = 'client')
),
final as (
  select m.machine_id, m.day, greatest(m.alive_from_at, day_at(m.day)) as from_at, least(m.alive_until_at, day_at(m.day) + 86400) as until_at, m.is_short_lived,
         case when m.os_class = 'client' then 'user_licence'
              when h.is_hourly = 1 then 'hourly'
              when h.is_hourly = 0 then 'server_licence'
              when b.is_hourly = 1 and coalesce(d.billable_seconds, 0) = 0 and coalesce(d.unknown_seconds, 0) = 0 then 'hourly'
              when m.sensor_from_at < day_at(m.day) + 86400 then 'server_licence'
              else 'none' end as route
  from member m
  left join hourly_day h on h.machine_id = m.machine_id and h.day = m.day
  left join by_hour b on b.machine_id = m.machine_id
  left join ledger.machine_day d on d.machine_id = m.machine_id and d.day = m.day
)
select * from final
