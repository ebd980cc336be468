-- Licences that Graph lists and that cover endpoints, told by SKU id, then by part number (server and user licences
-- carry the same service plan). Of several listings the one nearest to the end of the period counts; terms of one SKU
-- and files of one listing add up. Units in grace (warning) and suspended units are not owned; a suspended SKU owns
-- nothing. consumed_units is NULL for server licences: they are assigned to nobody, and Graph always says 0.
-- grain: one row per SKU
-- key: sku_id
with stamp as (
  select distinct snapshot_at from normalise.subscribed_sku
),
spaced as (
  select snapshot_at, case when snapshot_at - lag(snapshot_at) over (order by snapshot_at) <= 600 then 0 else 1 end as is_new from stamp
),
listing as (
  select snapshot_at, sum(is_new) over (order by snapshot_at rows unbounded preceding) as listing from spaced
),
distance as (
  select l.listing, row_number() over (order by min(abs(l.snapshot_at - p.until_at)), l.listing desc) as choice
  from listing l
  cross join config.period p
  group by l.listing
),
file as (
  select distinct u.file_id, d.listing, coalesce(f.sha256, cast(u.file_id as varchar)) as content
  from normalise.subscribed_sku u
  left join listing l on l.snapshot_at = u.snapshot_at
  join distance d on coalesce(d.listing, 0) = coalesce(l.listing, 0) and d.choice = 1
  left join normalise.source_file f on f.file_id = u.file_id
),
counted_file as (
  -- a file that lies in the folder twice counts once
  select min(file_id) as file_id from file group by listing, content
),
record as (
  select u.*, coalesce(i.sku_id, n.sku_id) as known_sku_id,
         case when u.capability_status in ('suspended', 'lockedout', 'deleted') then false else true end as is_active
  from normalise.subscribed_sku u
  join counted_file c on c.file_id = u.file_id
  left join licensing.sku i on i.sku_id = lower(u.sku_id)
  left join licensing.sku n on i.sku_id is null and lower(n.sku_part_number) = lower(replace(u.sku_part_number, ' ', '_'))
),
final as (
  select s.sku_id, s.sku_part_number, s.product, s.covers, s.offer_id,
         cast(sum(case when r.is_active then coalesce(r.enabled_units, 0) else 0 end) as bigint) as enabled_units,
         cast(sum(coalesce(r.warning_units, 0)) as bigint) as warning_units,
         cast(sum(coalesce(r.suspended_units, 0) + case when r.is_active then 0 else coalesce(r.enabled_units, 0) end) as bigint) as suspended_units,
         case when s.covers = 'server' then cast(null as bigint) else cast(sum(r.consumed_units) as bigint) end as consumed_units,
         max(r.snapshot_at) as snapshot_at, min(r.file_id) as file_id
  from record r
  join licensing.sku s on s.sku_id = r.known_sku_id
  group by s.sku_id, s.sku_part_number, s.product, s.covers, s.offer_id
)
select * from final
