-- When that changes which a verdict hangs on, apart from what the devices say: each state of a machine adds its number at
-- its first moment and takes it away at its end, so that sums over a machine's moments are what holds from each on. Moments
-- before the first listing and after the last are moved there.
-- alive: within its lifetime; off: switched off; awaited: long enough there to be expected; posture, plan: plans that count
-- while no listing shows it; extension_at: the snapshot whose failed extension holds.
-- grain: one row per machine, state and end of it
-- key: none, several states can change at one moment
with listing as (
  select min(as_of_at) as first_at, max(as_of_at) + 1 as end_at, count(*) as listings from ledger.listing
),
extension_span as (
  -- the newest record up to a moment; before the first, the first
  select *, coalesce(lead(snapshot_at) over w, 253402300800) as until_at,
         case when lag(snapshot_at) over w is null then 0 else snapshot_at end as from_at
  from ledger.sensor_extension
  window w as (partition by machine_number order by snapshot_at)
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
shown as (
  select case when status = 'matched' then machine_number else device_number end as machine_number, sum(last_listing + 1 - first_listing) as listings
  from ledger.endpoint_match
  where status in ('matched', 'unmatched')
  group by 1
),
-- the plan counts only where a listing does not show the machine
missing as (
  select m.machine_number, m.subscription_id
  from ledger.machine m
  cross join listing l
  left join shown s on s.machine_number = m.machine_number
  where coalesce(s.listings, 0) < l.listings
),
plan_day as (
  select n.machine_number, case when n.plan = 'p1' then 1 else 2 end as plan,
         case when n.day = p.from_day then 0 else day_at(n.day) end as from_at,
         case when next_day(n.day) = p.until_day then 253402300800 else day_at(n.day) + 86400 end as until_at
  from ledger.plan n
  join missing m on m.machine_number = n.machine_number
  cross join config.period p
  where n.plan not in ('none', 'unknown') and n.day >= p.from_day and n.day < p.until_day
),
span as (
  select machine_number, life_from_at as from_at, life_until_at as until_at, 1 as alive, 0 as off, 0 as awaited, 0 as posture, 0 as plan, 0 as extension_at from ledger.machine
  union all
  select machine_number, from_at, until_at, 0, 1, 0, 0, 0, 0 from ledger.power_life where power = 'off'
  union all
  select g.machine_number, g.until_at, 253402300800, 0, 0, 1, 0, 0, 0
  from ledger.grace g
  join ledger.machine m on m.machine_number = g.machine_number and coalesce(m.created_at, m.alive_from_at) = g.since_at
  union all
  select m.machine_number, s.nearest_from_at, s.nearest_until_at, 0, 0, 0, 1, 0, 0
  from missing m
  join posture_span s on s.subscription_id = m.subscription_id
  where s.has_posture = 1
  union all
  select machine_number, from_at, until_at, 0, 0, 0, 0, plan, 0 from plan_day
  union all
  select machine_number, from_at, until_at, 0, 0, 0, 0, 0, snapshot_at from extension_span where has_failed
),
moment as (
  select machine_number, from_at as moment_at, alive, off, awaited, posture, plan, extension_at from span
  union all
  select machine_number, until_at, -alive, -off, -awaited, -posture, -plan, -extension_at from span
),
final as (
  select m.machine_number, greatest(least(m.moment_at, l.end_at), l.first_at) as moment_at, m.alive, m.off, m.awaited, m.posture, m.plan, m.extension_at
  from moment m
  cross join listing l
)
select * from final
