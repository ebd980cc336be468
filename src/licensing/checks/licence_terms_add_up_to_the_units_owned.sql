-- severity: broken
-- The terms of a SKU add up to the units that are owned of it.
with summed as (
  select sku_id, sum(owned_units) as units, sum(case when owned_units is null then 1 else 0 end) as unknown_terms, count(*) as terms from licensing.licence_term group by sku_id
),
final as (
  select e.product as subject, 'the terms of these licences do not add up to the units owned' as message,
         'owned ' || coalesce(cast(e.enabled_units as varchar), 'unknown') || ', terms ' || coalesce(cast(s.units as varchar), 'unknown') as evidence
  from licensing.entitlement e
  left join summed s on s.sku_id = e.sku_id
  where s.sku_id is null or (e.enabled_units is not null and (s.unknown_terms > 0 or s.units <> e.enabled_units)) or (e.enabled_units is null and s.unknown_terms = 0)
)
select * from final
