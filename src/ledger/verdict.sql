-- What the listings say of a machine's sensor: the first rule of the health definition that holds. Everything that the
-- rules ask for changes at few moments (`health_moment`); sums over a machine's change points give its state from each on.
-- Without any endpoint listing the extension snapshots speak, as far as they can. first_at and last_at: the first and the
-- last listing that say so; listings at which no verdict can be given end a run.
-- grain: one row per machine and run of listings with one verdict
-- key: machine_number, first_listing
with listing as (
  select min(as_of_at) as first_at, max(as_of_at) + 1 as end_at, max(case when has_devices then 1 else 0 end) as has_devices from ledger.listing
),
device as (
  select case when m.status = 'matched' then m.machine_number else m.device_number end as machine_number, m.first_listing, m.last_listing + 1 as until_listing,
         case c.onboarding when 'onboarded' then 10 when 'unsupported' then 20 else 30 end
           + case c.health_status when 'active' then 1 when 'impaired_communication' then 2 when 'no_sensor_data' then 3 when 'no_sensor_data_impaired_communication' then 4
                  else 5 end as device
  from ledger.endpoint_match m
  join ledger.endpoint_claim c on c.state_id = m.state_id
  where m.status in ('matched', 'unmatched')
),
silent as (
  -- from the first listing that a report is awaited at for too long
  select m.machine_number, greatest(m.first_listing, d.listing) as first_listing, m.until_listing
  from (
    select case when m.status = 'matched' then m.machine_number else m.device_number end as machine_number, s.silent_since_at,
           greatest(m.first_listing, s.first_listing) as first_listing, least(m.last_listing, s.last_listing) + 1 as until_listing
    from ledger.endpoint_silence s
    join ledger.endpoint_match m
      on m.state_id = s.state_id and m.status in ('matched', 'unmatched') and m.first_listing <= s.last_listing and s.first_listing <= m.last_listing
  ) m
  join ledger.grace g on g.machine_number = m.machine_number and g.since_at = m.silent_since_at
  cross join listing l
  join ledger.listing_day d
    on d.day = day_of(greatest(least(g.until_at, l.end_at), l.first_at))
   and d.from_at <= greatest(least(g.until_at, l.end_at), l.first_at) and greatest(least(g.until_at, l.end_at), l.first_at) < d.until_at
  where greatest(m.first_listing, d.listing) < m.until_listing
),
change as (
  select m.machine_number, d.listing, m.alive, m.off, m.awaited, m.posture, m.plan, m.extension_at, 0 as device, 0 as silent
  from ledger.health_moment m
  join ledger.listing_day d on d.day = day_of(m.moment_at) and d.from_at <= m.moment_at and m.moment_at < d.until_at
  union all
  select machine_number, first_listing, 0, 0, 0, 0, 0, 0, device, 0 from device
  union all
  select machine_number, until_listing, 0, 0, 0, 0, 0, 0, -device, 0 from device
  union all
  select machine_number, first_listing, 0, 0, 0, 0, 0, 0, 0, 1 from silent
  union all
  select machine_number, until_listing, 0, 0, 0, 0, 0, 0, 0, -1 from silent
),
point as (
  select machine_number, listing, sum(alive) as alive, sum(off) as off, sum(awaited) as awaited, sum(posture) as posture, sum(plan) as plan,
         sum(extension_at) as extension_at, sum(device) as device, sum(silent) as silent
  from change
  group by machine_number, listing
  having sum(alive) <> 0 or sum(off) <> 0 or sum(awaited) <> 0 or sum(posture) <> 0 or sum(plan) <> 0 or sum(extension_at) <> 0 or sum(device) <> 0 or sum(silent) <> 0
),
state as (
  select machine_number, listing as first_listing, lead(listing) over w as until_listing,
         sum(alive) over w as alive, sum(off) over w as off, sum(awaited) over w as awaited, sum(posture) over w as posture, sum(plan) over w as plan,
         sum(extension_at) over w as extension_at, sum(device) over w as device, sum(silent) over w as silent
  from point
  window w as (partition by machine_number order by listing rows unbounded preceding)
),
judged as (
  select s.machine_number, s.first_listing, s.until_listing,
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
  join ledger.machine m on m.machine_number = s.machine_number
  cross join listing l
  left join ledger.sensor_extension x on x.machine_number = s.machine_number and x.snapshot_at = s.extension_at
  where s.alive > 0
),
told as (
  select machine_number, first_listing, until_listing,
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
  window w as (partition by machine_number order by first_listing)
),
numbered as (
  select *, sum(is_new) over (partition by machine_number order by first_listing rows unbounded preceding) as run from compared
),
run as (
  select machine_number, min(first_listing) as first_listing, max(until_listing) - 1 as last_listing, min(health) as health, min(issue) as issue, min(message) as message
  from numbered
  where health <> 'no verdict'
  group by machine_number, run
),
final as (
  select r.machine_number, r.first_listing, r.last_listing, f.as_of_at as first_at, u.as_of_at as last_at, r.health, r.issue, r.message
  from run r
  join ledger.listing f on f.listing = r.first_listing
  join ledger.listing u on u.listing = r.last_listing
)
select * from final
