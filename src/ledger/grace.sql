-- From when on a sensor that did not report counts as unhealthy: when its machine has been running for more than a day,
-- since the last report of an onboarded device, or else since the machine was made. A sensor of a machine that is off
-- cannot report.
-- grain: one row per machine and moment from which its sensor is awaited; machines that ran on long enough
-- key: machine_number, since_at
with listing as (
  select count(*) as listings from ledger.listing
),
onboarded as (
  select m.machine_number, sum(m.last_listing - m.first_listing + 1) as listings
  from ledger.endpoint_match m
  join ledger.endpoint_claim c on c.state_id = m.state_id
  where m.status = 'matched' and c.onboarding = 'onboarded'
  group by m.machine_number
),
awaited as (
  select coalesce(m.machine_number, m.device_number) as machine_number, s.silent_since_at as since_at
  from ledger.endpoint_silence s
  join ledger.endpoint_match m
    on m.state_id = s.state_id and m.status in ('matched', 'unmatched') and m.first_listing <= s.last_listing and s.first_listing <= m.last_listing
  union
  -- an onboarded device in every listing leaves nothing to wait for
  select m.machine_number, coalesce(m.created_at, m.alive_from_at) as since_at
  from ledger.machine m
  cross join listing l
  left join onboarded o on o.machine_number = m.machine_number
  where coalesce(o.listings, 0) < l.listings
),
stretch as (
  -- on_seconds: of a day known by its compute hours alone, those hours, which lie anywhere in it
  select a.machine_number, a.since_at, greatest(p.from_at, a.since_at) as from_at, p.until_at - p.from_at as whole_seconds, p.on_seconds,
         case when p.on_seconds is null then p.until_at - greatest(p.from_at, a.since_at)
              else integer_quotient((p.until_at - greatest(p.from_at, a.since_at)) * p.on_seconds, p.until_at - p.from_at) end as running_seconds
  from awaited a
  join ledger.power_life p on p.machine_number = a.machine_number and p.power = 'running' and p.until_at > a.since_at
),
summed as (
  select *, sum(running_seconds) over (partition by machine_number, since_at order by from_at rows unbounded preceding) - running_seconds as before_seconds
  from stretch
),
final as (
  select machine_number, since_at,
         cast(greatest(since_at + 86401,
                       from_at + case when on_seconds is null then 86401 - before_seconds
                                      else integer_quotient((86401 - before_seconds) * whole_seconds + on_seconds - 1, on_seconds) end) as bigint) as until_at
  from summed
  where before_seconds <= 86400 and before_seconds + running_seconds > 86400
)
select * from final
