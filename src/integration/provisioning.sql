-- How long machines that began in the period went without a healthy sensor: from their first time on (or their creation)
-- to the first listing that shows the sensor healthy. Listings are moments, so the time is at most that. The service may
-- take a day (domain: an hour for a machine, twelve for a tenant's first subscription, 24 with direct onboarding): younger
-- gaps are within the grace of 24 hours. Machines to which no sensor applies are left out.
-- state: on_time | late | never | in_grace | not_watched (no listing later than a day after it began)
-- grain: one row per machine created in the period
-- key: machine_number
with began as (
  select m.machine_number, m.name, m.owner, m.subscription_id, m.subscription_name, m.created_at, least(m.life_until_at, p.until_at) as until_at,
         case when g.image_publisher is null and g.image_id is not null then true else false end as has_own_image
  from ledger.machine m
  cross join config.period p
  left join integration.machine_image g on g.machine_number = m.machine_number
  where m.created_at >= p.from_at and m.created_at < p.until_at
    and m.os_class <> 'client' and m.managed_by is null and coalesce(m.orchestration_mode, '') <> 'uniform'
),
started as (
  select b.machine_number, greatest(min(w.from_at), b.created_at) as start_at
  from began b
  join ledger.power w on w.machine_number = b.machine_number and w.power = 'running'
  group by b.machine_number, b.created_at
),
listed as (
  select b.machine_number, min(case when v.health = 'healthy' then v.first_at end) as healthy_at, max(v.last_at) as last_at
  from began b
  join ledger.verdict v on v.machine_number = b.machine_number
  group by b.machine_number
),
timed as (
  select b.*, coalesce(s.start_at, b.created_at) as start_at, l.healthy_at, l.last_at from began b
  left join started s on s.machine_number = b.machine_number
  left join listed l on l.machine_number = b.machine_number
),
final as (
  select machine_number, name, owner, subscription_id, subscription_name, created_at, start_at, healthy_at, has_own_image,
         case when healthy_at is not null then greatest(healthy_at - start_at, 0) end as at_most_seconds,
         case when healthy_at - start_at <= 86400 then 'on_time' when healthy_at is not null then 'late'
              when until_at - start_at <= 86400 then 'in_grace' when last_at is null or last_at - start_at <= 86400 then 'not_watched' else 'never' end as state
  from timed
)
select * from final
