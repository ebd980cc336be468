-- Which machine a Defender for Endpoint device speaks of, with the evidence used, over each unbroken run of listings that
-- show the same state of it: what only its own records decide (`endpoint_claim`), and what the listing decides
-- (`endpoint_contest`). first_at and last_at: the first and the last listing of the run. device_number: the machine that the
-- device is where it stands for none but itself.
-- grain: one row per device and run of listings
-- key: device_id, first_listing
with settled as (
  select c.state_id, c.device_id,
         coalesce(c.vm_machine_number, c.resource_machine_number, c.fqdn_machine_number, c.host_machine_number) as machine_number,
         case when c.vm_machine_number is not null then 'vm_id' when c.resource_machine_number is not null then 'azure_resource_id'
              when c.fqdn_machine_number is not null then 'fqdn' when c.host_machine_number is not null then 'host_name' end as evidence,
         case when coalesce(c.vm_machine_number, c.resource_machine_number, c.fqdn_machine_number, c.host_machine_number) is not null then 'matched'
              else c.status_alone end as status
  from ledger.endpoint_claim c
  left join ledger.endpoint_contested x on x.device_id = c.device_id
  where x.device_id is null
),
shown as (
  select s.state_id, sum(g.sightings) as sightings, min(g.first_listing) as first_listing, max(g.last_listing) as last_listing,
         min(g.first_snapshot_at) as first_snapshot_at
  from settled s
  join ledger.endpoint_group g on g.state_id = s.state_id
  where g.block is not null
  group by s.state_id
),
-- only states that went and came back are looked at sighting by sighting
broken as (
  select g.state_id, s.listing, g.snapshot_at, s.listing - row_number() over (partition by g.state_id order by s.listing) as run
  from shown h
  join normalise.device_sighting g on g.state_id = h.state_id
  join ledger.endpoint_snapshot s on s.snapshot_at = g.snapshot_at
  where h.sightings <= h.last_listing - h.first_listing
),
shown_run as (
  select state_id, first_listing, last_listing, first_snapshot_at from shown where sightings > last_listing - first_listing
  union all
  select state_id, min(listing) as first_listing, max(listing) as last_listing, min(snapshot_at) as first_snapshot_at from broken group by state_id, run
),
contest as (
  select *,
         listing - row_number() over (partition by device_id, state_id, coalesce(machine_number, 0), coalesce(evidence, ''), status order by listing) as run
  from ledger.endpoint_contest
),
together as (
  select s.state_id, s.device_id, s.machine_number, s.evidence, s.status, r.first_listing, r.last_listing, r.first_snapshot_at
  from shown_run r
  join settled s on s.state_id = r.state_id
  union all
  select state_id, device_id, machine_number, evidence, status, min(listing) as first_listing, max(listing) as last_listing, min(snapshot_at) as first_snapshot_at
  from contest
  group by state_id, device_id, machine_number, evidence, status, run
),
final as (
  select t.state_id, t.device_id, n.machine_number as device_number, t.machine_number, t.evidence, t.status, t.first_listing, t.last_listing, f.as_of_at as first_at, l.as_of_at as last_at,
         t.first_snapshot_at
  from together t
  join ledger.machine_number n on n.machine_id = 'device:' || t.device_id
  join ledger.listing f on f.listing = t.first_listing
  join ledger.listing l on l.listing = t.last_listing
)
select * from final
