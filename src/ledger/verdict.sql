-- What each endpoint listing says of a machine's sensor: the first rule of the health definition that holds. Without
-- any endpoint listing the extension snapshots speak, as far as they can.
-- grain: one row per machine and snapshot at which a verdict can be given
-- key: machine_id, snapshot_at
with listing as (
  select distinct as_of_at as snapshot_at, true as has_devices from ledger.endpoint_snapshot
  union
  select distinct snapshot_at, false as has_devices from normalise.extension
  where not exists (select 1 from ledger.endpoint_snapshot)
),
alive as (
  select m.machine_id, l.snapshot_at, l.has_devices, m.kind, m.os_class, m.managed_by, m.orchestration_mode, m.subscription_id, m.resource_id,
         coalesce(m.created_at, m.alive_from_at) as created_at
  from ledger.machine m
  join listing l on m.life_from_at <= l.snapshot_at and l.snapshot_at < m.life_until_at
),
device as (
  select as_of_at, case when status = 'matched' then machine_id else 'device:' || device_id end as machine_id, onboarding, health_status, last_seen_at
  from ledger.endpoint_match
  where status in ('matched', 'unmatched')
),
extension as (
  select i.machine_id, x.snapshot_at,
         max(case when x.provisioning_state = 'failed' then true else false end) as has_failed,
         max(case when x.provisioning_state = 'failed' then coalesce(x.message, 'the extension ' || x.extension_type || ' failed') end) as message
  from normalise.extension x
  join ledger.machine_identity i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
  group by i.machine_id, x.snapshot_at
),
extension_span as (
  -- the newest record up to a moment; before the first, the first
  select *, coalesce(lead(snapshot_at) over w, 253402300800) as until_at,
         case when lag(snapshot_at) over w is null then 0 else snapshot_at end as from_at
  from extension
  window w as (partition by machine_id order by snapshot_at)
),
posture as (
  select subscription_id, snapshot_at, max(case when tier = 'standard' then 1 else 0 end) as has_posture
  from normalise.plan_setting
  where plan_name = 'cloudposture' and scope_level = 'subscription'
  group by subscription_id, snapshot_at
),
posture_span as (
  select *,
         coalesce(integer_quotient(lag(snapshot_at) over (partition by subscription_id order by snapshot_at) + snapshot_at, 2), 0) as nearest_from_at,
         coalesce(integer_quotient(snapshot_at + lead(snapshot_at) over (partition by subscription_id order by snapshot_at), 2), 253402300800) as nearest_until_at
  from posture
),
power_then as (
  select a.machine_id, a.snapshot_at, max(p.power) as power
  from alive a
  join ledger.power_life p on p.machine_id = a.machine_id and p.from_at <= a.snapshot_at and a.snapshot_at < p.until_at
  group by a.machine_id, a.snapshot_at
),
since as (
  select a.machine_id, a.snapshot_at,
         case when coalesce(d.onboarding, '') = 'onboarded' then d.last_seen_at else a.created_at end as since_at
  from alive a
  left join device d on d.machine_id = a.machine_id and d.as_of_at = a.snapshot_at
),
running as (
  select s.machine_id, s.snapshot_at,
         sum(case when p.on_seconds is null then least(p.until_at, s.snapshot_at) - greatest(p.from_at, s.since_at)
                  else integer_quotient((least(p.until_at, s.snapshot_at) - greatest(p.from_at, s.since_at)) * p.on_seconds, p.until_at - p.from_at) end) as running_seconds
  from since s
  join ledger.power_life p
    on p.machine_id = s.machine_id and p.power = 'running' and p.from_at < s.snapshot_at and p.until_at > s.since_at
  where s.snapshot_at - s.since_at > 86400
  group by s.machine_id, s.snapshot_at
),
judged as (
  select a.machine_id, a.snapshot_at,
         case
           when a.os_class = 'client' or a.managed_by is not null or d.onboarding = 'unsupported'
             or (a.kind = 'scale-set-instance' and a.orchestration_mode = 'uniform') then 'not_applicable'
           when d.machine_id is null and (
                  (coalesce(n.plan, 'unknown') = 'p1' and coalesce(c.has_posture, 0) = 0) or coalesce(n.plan, 'unknown') in ('none', 'unknown')) then 'unknown'
           when w.power = 'off' then 'no verdict'
           when x.has_failed then 'unhealthy/installation'
           when a.has_devices and coalesce(d.onboarding, '') <> 'onboarded' and coalesce(r.running_seconds, 0) > 86400 then 'unhealthy/installation'
           when d.onboarding = 'onboarded' and d.health_status in ('impaired_communication', 'no_sensor_data', 'no_sensor_data_impaired_communication') then 'unhealthy/heartbeat'
           when d.onboarding = 'onboarded' and (d.health_status = 'inactive' or a.snapshot_at - d.last_seen_at > 86400)
             and coalesce(r.running_seconds, 0) > 86400 then 'unhealthy/heartbeat'
           when d.onboarding = 'onboarded' and d.health_status = 'active' then 'healthy'
           else 'unknown' end as verdict,
         case
           when x.has_failed then x.message
           when d.machine_id is null then 'no Defender for Endpoint record'
           when coalesce(d.onboarding, '') <> 'onboarded' then 'listed by Defender for Endpoint but not onboarded'
           when d.health_status in ('impaired_communication', 'no_sensor_data', 'no_sensor_data_impaired_communication') then 'sensor status ' || replace(d.health_status, '_', ' ')
           else 'no report while running for more than 24 hours' end as message
  from alive a
  left join device d on d.machine_id = a.machine_id and d.as_of_at = a.snapshot_at
  left join extension_span x on x.machine_id = a.machine_id and x.from_at <= a.snapshot_at and a.snapshot_at < x.until_at
  cross join config.period p
  left join ledger.plan n
    on n.machine_id = a.machine_id and n.day = least(greatest(day_of(a.snapshot_at), p.from_day), day_of(p.until_at - 1))
  left join posture_span c on c.subscription_id = a.subscription_id and c.nearest_from_at <= a.snapshot_at and a.snapshot_at < c.nearest_until_at
  left join power_then w on w.machine_id = a.machine_id and w.snapshot_at = a.snapshot_at
  left join running r on r.machine_id = a.machine_id and r.snapshot_at = a.snapshot_at
),
final as (
  select machine_id, snapshot_at,
         case when verdict like 'unhealthy%' then 'unhealthy' else verdict end as health,
         case verdict when 'unhealthy/installation' then 'installation' when 'unhealthy/heartbeat' then 'heartbeat' end as issue,
         case when verdict like 'unhealthy%' then message end as message
  from judged
  where verdict <> 'no verdict'
)
select * from final
