-- severity: warning
-- hourwise.yaml names more units of a SKU than Graph lists: what Graph lists counts.
with stated as (
  select sku_id, sum(quantity) as units, count(*) as entries from licensing.configured_licence where quantity is not null group by sku_id
),
final as (
  select e.product as subject, 'licences in hourwise.yaml name more units than Graph lists: what Graph lists counts' as message,
         cast(s.units as varchar) || ' named, ' || cast(e.enabled_units as varchar) || ' listed' as evidence
  from stated s
  join licensing.entitlement e on e.sku_id = s.sku_id and e.evidence = 'graph'
  where s.units > e.enabled_units
)
select * from final
