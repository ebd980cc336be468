-- The moments at which the sensors were looked at, numbered in their order: the listings of Defender for Endpoint, or
-- without any the snapshots of extensions, which speak as far as they can.
-- grain: one row per listing
-- key: listing
with looked as (
  select distinct as_of_at, true as has_devices from ledger.endpoint_snapshot
  union all
  select distinct snapshot_at as as_of_at, false as has_devices from normalise.extension
  where snapshot_at is not null and not exists (select 1 from ledger.endpoint_snapshot)
),
final as (
  select cast(row_number() over (order by as_of_at) as integer) as listing, as_of_at, has_devices, lag(as_of_at) over (order by as_of_at) as earlier_at
  from looked
)
select * from final
