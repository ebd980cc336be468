-- Licences that the tenant owns, with the file that says so. A licence in grace (warning) is not counted as owned.
-- grain: one row per SKU
-- key: sku_part_number, product
with final as (
  select e.sku_id, coalesce(e.sku_part_number, e.sku_id) as sku_part_number, coalesce(e.product, e.sku_part_number, e.sku_id) as product, e.covers,
         cast(coalesce(e.enabled_units, 0) as integer) as enabled_units, cast(coalesce(e.warning_units, 0) as integer) as warning_units,
         cast(coalesce(e.suspended_units, 0) as integer) as suspended_units, cast(e.consumed_units as integer) as consumed_units,
         case when e.snapshot_at is null then cast(null as date) else day_of(e.snapshot_at) end as snapshot_day,
         f.path, f.sha256
  from licensing.entitlement e
  left join normalise.source_file f on f.file_id = e.file_id
)
select * from final order by covers desc, product, sku_id
