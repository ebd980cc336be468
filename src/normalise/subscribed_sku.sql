-- Licences of the tenant. A file that names a SKU twice (several subscriptions of it) counts the units together, those of
-- one state for themselves: units of a suspended term are not owned beside those of an enabled one.
-- grain: one row per file, SKU and state
-- key: file_id, sku_id, capability_status
with record as (
  select file_id, lower(coalesce(sku_id, sku_part_number)) as sku_id, folded_blanks(sku_part_number) as sku_part_number,
         lower(capability_status) as capability_status,
         try_cast(enabled as bigint) as enabled_units, try_cast(warning as bigint) as warning_units,
         try_cast(suspended as bigint) as suspended_units, try_cast(consumed as bigint) as consumed_units
  from raw.subscribed_sku
),
final as (
  select r.file_id, s.snapshot_at, folded_blanks(r.sku_id) as sku_id, max(r.sku_part_number) as sku_part_number,
         r.capability_status,
         cast(sum(r.enabled_units) as bigint) as enabled_units, cast(sum(r.warning_units) as bigint) as warning_units,
         cast(sum(r.suspended_units) as bigint) as suspended_units, cast(sum(r.consumed_units) as bigint) as consumed_units
  from record r
  join normalise.source_file s on s.file_id = r.file_id
  group by r.file_id, s.snapshot_at, folded_blanks(r.sku_id), r.capability_status
)
select * from final
