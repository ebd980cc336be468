-- When an onboarded device was listed with a report that was older than a day, by the moment of that report.
-- grain: one row per state of a device, moment of its last report and unbroken run of listings
-- key: state_id, silent_since_at, first_listing
with settled as (
  select g.state_id, g.silent_since_at, sum(g.sightings) as sightings, min(g.first_listing) as first_listing, max(g.last_listing) as last_listing
  from ledger.endpoint_group g
  join ledger.endpoint_claim c on c.state_id = g.state_id
  left join ledger.endpoint_contested x on x.device_id = c.device_id
  where g.silent_since_at is not null and c.onboarding = 'onboarded' and x.device_id is null
  group by g.state_id, g.silent_since_at
),
broken as (
  select h.state_id, h.silent_since_at, s.listing
  from settled h
  join normalise.device_sighting g on g.state_id = h.state_id and g.last_seen_at = h.silent_since_at
  join ledger.endpoint_snapshot s on s.snapshot_at = g.snapshot_at
  where h.sightings <= h.last_listing - h.first_listing and s.as_of_at - g.last_seen_at > 86400
  union all
  select x.state_id, x.last_seen_at as silent_since_at, x.listing
  from ledger.endpoint_contest x
  join ledger.endpoint_claim c on c.state_id = x.state_id
  join ledger.listing l on l.listing = x.listing
  where c.onboarding = 'onboarded' and l.as_of_at - x.last_seen_at > 86400
),
numbered as (
  select *, listing - row_number() over (partition by state_id, silent_since_at order by listing) as run from broken
),
final as (
  select state_id, silent_since_at, first_listing, last_listing from settled where sightings > last_listing - first_listing
  union all
  select state_id, silent_since_at, min(listing) as first_listing, max(listing) as last_listing from numbered group by state_id, silent_since_at, run
)
select * from final
