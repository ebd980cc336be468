-- What the listings say of a machine's sensor: the first rule of the health definition that holds. Everything that the
-- rules ask for changes at few moments; their sums over a machine's change points give its state from each point on.
-- Without any endpoint listing the extension snapshots speak, as far as they can. first_at and last_at: the first and the
-- last listing that say so; listings at which no verdict can be given end a run.
-- grain: one row per machine and run of listings with one verdict
-- key: machine_id, first_listing
with listing as (
  select min(as_of_at) as first_at, max(as_of_at) + 1 as end_at, count(*) as listings, max(case when has_devices then 1 else 0 end) as has_devices from ledger.listing
),
device as (
  select case when m.status = 'matched' then m.machine_id else 'device:' || m.device_id end as machine_id, m.first_listing, m.last_listing + 1 as until_listing,
         case c.onboarding when 'onboarded' then 10 when 'unsupported' then 20 else 30 end
           + case c.health_status when 'active' then 1 when 'impaired_communication' then 2 when 'no_sensor_data' then 3 when 'no_sensor_data_impaired_communication' then 4
                  else 5 end as device
  from ledger.endpoint_match m
  join ledger.endpoint_claim c on c.state_id = m.state_id
  where m.status in ('matched', 'unmatched')
),
silent as (
  -- from the first listing that a report is awaited at for too long
  select m.machine_id, greatest(m.first_listing, d.listing) as first_listing, m.until_listing
  from (
    select case when m.status = 'matched' then m.machine_id else 'device:' || m.device_id end as machine_id, s.silent_since_at,
           greatest(m.first_listing, s.first_listing) as first_listing, least(m.last_listing, s.last_listing) + 1 as until_listing
    from ledger.endpoint_silence s
    join ledger.endpoint_match m
      on m.state_id = s.state_id and m.status in ('matched', 'unmatched') and m.first_listing <= s.last_listing and s.first_listing <= m.last_listing
  ) m
  join ledger.grace g on g.machine_id = m.machine_id and g.since_at = m.silent_since_at
  cross join listing l
  join ledger.listing_day d
    on d.day = day_of(greatest(least(g.until_at, l.end_at), l.first_at))
   and d.from_at <= greatest(least(g.until_at, l.end_at), l.first_at) and greatest(least(g.until_at, l.end_at), l.first_at) < d.until_at
  where greatest(m.first_listing, d.listing) < m.until_listing
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
shown as (
  select machine_id, sum(until_listing - first_listing) as listings from device group by machine_id
),
-- the plan counts only where a listing does not show the machine
missing as (
  select m.machine_id, m.subscription_id
  from ledger.machine m
  cross join listing l
  left join shown s on s.machine_id = m.machine_id
  where coalesce(s.listings, 0) < l.listings
),
plan_day as (
  select n.machine_id, case when n.plan = 'p1' then 1 else 2 end as plan,
         case when n.day = p.from_day then 0 else day_at(n.day) end as from_at,
         case when next_day(n.day) = p.until_day then 253402300800 else day_at(n.day) + 86400 end as until_at
  from ledger.plan n
  join missing m on m.machine_id = n.machine_id
  cross join config.period p
  where n.plan not in ('none', 'unknown') and n.day >= p.from_day and n.day < p.until_day
),
span as (
  select machine_id, life_from_at as from_at, life_until_at as until_at, 1 as alive, 0 as off, 0 as awaited, 0 as posture, 0 as plan, 0 as extension_at from ledger.machine
  union all
  select machine_id, from_at, until_at, 0, 1, 0, 0, 0, 0 from ledger.power_life where power = 'off'
  union all
  select g.machine_id, g.until_at, 253402300800, 0, 0, 1, 0, 0, 0
  from ledger.grace g
  join ledger.machine m on m.machine_id = g.machine_id and coalesce(m.created_at, m.alive_from_at) = g.since_at
  union all
  select m.machine_id, s.nearest_from_at, s.nearest_until_at, 0, 0, 0, 1, 0, 0
  from missing m
  join posture_span s on s.subscription_id = m.subscription_id
  where s.has_posture = 1
  union all
  select machine_id, from_at, until_at, 0, 0, 0, 0, plan, 0 from plan_day
  union all
  select machine_id, from_at, until_at, 0, 0, 0, 0, 0, snapshot_at from extension_span where has_failed
),
moment as (
  select machine_id, from_at as moment_at, alive, off, awaited, posture, plan, extension_at from span
  union all
  select machine_id, until_at, -alive, -off, -awaited, -posture, -plan, -extension_at from span
),
change as (
  select m.machine_id, d.listing, m.alive, m.off, m.awaited, m.posture, m.plan, m.extension_at, 0 as device, 0 as silent
  from moment m
  cross join listing l
  join ledger.listing_day d
    on d.day = day_of(greatest(least(m.moment_at, l.end_at), l.first_at))
   and d.from_at <= greatest(least(m.moment_at, l.end_at), l.first_at) and greatest(least(m.moment_at, l.end_at), l.first_at) < d.until_at
  union all
  select machine_id, first_listing, 0, 0, 0, 0, 0, 0, device, 0 from device
  union all
  select machine_id, until_listing, 0, 0, 0, 0, 0, 0, -device, 0 from device
  union all
  select machine_id, first_listing, 0, 0, 0, 0, 0, 0, 0, 1 from silent
  union all
  select machine_id, until_listing, 0, 0, 0, 0, 0, 0, 0, -1 from silent
),
point as (
  select machine_id, listing, sum(alive) as alive, sum(off) as off, sum(awaited) as awaited, sum(posture) as posture, sum(plan) as plan,
         sum(extension_at) as extension_at, sum(device) as device, sum(silent) as silent
  from change
  group by machine_id, listing
  having sum(alive) <> 0 or sum(off) <> 0 or sum(awaited) <> 0 or sum(posture) <> 0 or sum(plan) <> 0 or sum(extension_at) <> 0 or sum(device) <> 0 or sum(silent) <> 0
),
state as (
  select machine_id, listing as first_listing, lead(listing) over w as until_listing,
         sum(alive) over w as alive, sum(off) over w as off, sum(awaited) over w as awaited, sum(posture) over w as posture, sum(plan) over w as plan,
         sum(extension_at) over w as extension_at, sum(device) over w as device, sum(silent) over w as silent
  from point
  window w as (partition by machine_id order by listing rows unbounded preceding)
),
judged as (
  select s.machine_id, s.first_listing, s.until_listing,
         case
           when m.os_class = 'client' or m.managed_by is not null or integer_quotient(s.device, 10) = 2
             or (m.kind = 'scale-set-instance' and m.orchestration_mode = 'uniform') then 'not_applicable'
           when s.device = 0 and ((s.plan = 1 and s.posture = 0) or s.plan = 0) then 'unknown'
           when s.off > 0 then 'no verdict'
           when s.extension_at > 0 then 'unhealthy/installation'
           when l.has_devices = 1 and integer_quotient(s.device, 10) <> 1 and s.awaited > 0 then 'unhealthy/installation'
           when s.device in (12, 13, 14) then 'unhealthy/heartbeat'
           when integer_quotient(s.device, 10) = 1 and s.silent > 0 then 'unhealthy/heartbeat'
           when s.device = 11 then 'healthy'
           else 'unknown' end as verdict,
         case
           when s.extension_at > 0 then x.message
           when s.device = 0 then 'no Defender for Endpoint record'
           when integer_quotient(s.device, 10) <> 1 then 'listed by Defender for Endpoint but not onboarded'
           when s.device = 12 then 'sensor status impaired communication'
           when s.device = 13 then 'sensor status no sensor data'
           when s.device = 14 then 'sensor status no sensor data impaired communication'
           else 'no report while running for more than 24 hours' end as message
  from state s
  join ledger.machine m on m.machine_id = s.machine_id
  cross join listing l
  left join extension x on x.machine_id = s.machine_id and x.snapshot_at = s.extension_at
  where s.alive > 0
),
told as (
  select machine_id, first_listing, until_listing,
         case when verdict like 'unhealthy%' then 'unhealthy' else verdict end as health,
         case verdict when 'unhealthy/installation' then 'installation' when 'unhealthy/heartbeat' then 'heartbeat' end as issue,
         case when verdict like 'unhealthy%' then message end as message
  from judged
),
compared as (
  select *,
         case when health = lag(health) over w and coalesce(issue, '') = coalesce(lag(issue) over w, '') and coalesce(message, '') = coalesce(lag(message) over w, '')
              then 0 else 1 end as is_new
  from told
  window w as (partition by machine_id order by first_listing)
),
numbered as (
  select *, sum(is_new) over (partition by machine_id order by first_listing rows unbounded preceding) as run from compared
),
run as (
  select machine_id, min(first_listing) as first_listing, max(until_listing) - 1 as last_listing, min(health) as health, min(issue) as issue, min(message) as message
  from numbered
  where health <> 'no verdict'
  group by machine_id, run
),
final as (
  select r.machine_id, r.first_listing, r.last_listing, f.as_of_at as first_at, u.as_of_at as last_at, r.health, r.issue, r.message
  from run r
  join ledger.listing f on f.listing = r.first_listing
  join ledger.listing u on u.listing = r.last_listing
)
select * from final
