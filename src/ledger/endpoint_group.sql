-- The sightings of each state of a device, counted: a bit of `seen` stands for each of forty listings that follow each
-- other (`block`). Reports that were older than a day when they were listed are counted apart, by their moment
-- (`silent_since_at`).
-- grain: one row per state, moment of an old report and block of listings
-- key: state_id, silent_since_at, block
with sighting as (
  select g.state_id, case when s.as_of_at - g.last_seen_at > 86400 then g.last_seen_at end as silent_since_at,
         integer_quotient(s.listing, 40) as block, s.listing, g.snapshot_at, g.last_seen_at
  from normalise.device_sighting g
  left join ledger.endpoint_snapshot s on s.snapshot_at = g.snapshot_at
),
final as (
  select state_id, silent_since_at, block, count(*) as sightings, sum(bit_at(listing % 40)) as seen,
         min(listing) as first_listing, max(listing) as last_listing, min(snapshot_at) as first_snapshot_at, max(snapshot_at) as last_snapshot_at,
         max(coalesce(last_seen_at, snapshot_at)) as last_sign_at
  from sighting
  group by state_id, silent_since_at, block
)
select * from final
