-- Licences that the tenant owns and that cover endpoints: what Graph lists (listed_licence), and what hourwise.yaml names
-- under `licences` and Graph cannot list: SKUs without an id known (Defender for Business servers), or all of them when the
-- folder holds no listing. Where there is a listing it decides: a SKU that it does not list is owned with 0 units.
-- Units in grace (warning) and suspended units are not owned. consumed_units is NULL for server licences: they are assigned
-- to nobody, and Graph always says 0.
-- evidence: `graph` or `configuration`. enabled_units: NULL when an entry does not say how many and Graph cannot.
-- grain: one row per SKU; an offer without a SKU stands under `offer:` and its id
-- key: sku_id
with listing as (
  select count(*) as files from normalise.subscribed_sku
),
configured as (
  select c.sku_id, c.offer_id, sum(c.quantity) as units, sum(case when c.quantity is null then 1 else 0 end) as open_entries
  from licensing.configured_licence c
  left join licensing.listed_licence l on l.sku_id = c.sku_id
  where l.sku_id is null
  group by c.sku_id, c.offer_id
),
named as (
  select offer_id, max(name) as name, max(covers) as covers from licensing.offer group by offer_id
),
final as (
  select sku_id, sku_part_number, product, covers, offer_id, enabled_units, warning_units, suspended_units, consumed_units, snapshot_at, file_id, 'graph' as evidence
  from licensing.listed_licence
  union all
  select c.sku_id, s.sku_part_number, coalesce(s.product, n.name, c.offer_id), coalesce(s.covers, n.covers), coalesce(s.offer_id, c.offer_id),
         cast(case when s.sku_id is not null and l.files > 0 then 0 when c.open_entries = 0 then c.units end as bigint),
         cast(null as bigint), cast(null as bigint), cast(null as bigint), cast(null as bigint), cast(null as integer),
         case when s.sku_id is not null and l.files > 0 then 'graph' else 'configuration' end
  from configured c
  cross join listing l
  left join licensing.sku s on s.sku_id = c.sku_id
  left join named n on n.offer_id = c.offer_id
)
select * from final
