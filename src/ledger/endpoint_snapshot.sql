-- The moments at which the endpoint inventory was listed. Pages of one listing that carry slightly different stamps
-- (at most ten minutes from one to the next) are one snapshot, told by its newest stamp. Listings are numbered in their order.
-- grain: one row per stamp of a file
-- key: snapshot_at
with stamp as (
  select distinct snapshot_at from normalise.device_sighting where snapshot_at is not null
),
gap as (
  select snapshot_at,
         case when snapshot_at - lag(snapshot_at) over (order by snapshot_at) <= 600 then 0 else 1 end as is_new
  from stamp
),
numbered as (
  select snapshot_at, cast(sum(is_new) over (order by snapshot_at rows unbounded preceding) as integer) as listing
  from gap
),
newest as (
  select listing, max(snapshot_at) as as_of_at from numbered group by listing
),
final as (
  select n.snapshot_at, m.as_of_at, n.listing from numbered n join newest m on m.listing = n.listing
)
select * from final
