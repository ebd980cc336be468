-- The licence position: each licence that covers endpoints by term, what is owned, what is needed, and the gap. needed: for server
-- licences servers that nothing else covers, the most at once in the period; for user licences client systems at its end, once, since
-- whose they are is not known. counting: as an order counts them.
-- grain: one row per SKU and term, or route without a licence
-- key: covers, sku_id, entry
with requirement as (
  select case route when 'server_licence' then 'server' else 'client' end as covers, counting, peak_machines, peak_day, percentile_95_machines, mean_machines, machines_at_end
  from licensing.requirement
  where population = 'all' and route in ('server_licence', 'user_licence')
),
owned as (
  select covers, sum(coalesce(owned_units, 0)) as units from licensing.licence_term group by covers
),
final as (
  select r.covers, coalesce(t.sku_id, '') as sku_id, cast(coalesce(t.entry, 0) as integer) as entry, t.sku_part_number, t.product, t.owned_units, t.price as price_a_month, t.currency,
         t.starts_on, t.renews_on, t.order_from_day, t.order_until_day, t.agreement, t.evidence, t.snapshot_at, r.counting,
         r.peak_machines, r.peak_day, r.percentile_95_machines, r.mean_machines, r.machines_at_end,
         case when r.covers = 'server' then cast(coalesce(o.units, 0) - r.peak_machines as bigint) end as owned_beyond_peak
  from requirement r
  left join licensing.licence_term t on t.covers = r.covers
  left join owned o on o.covers = r.covers
)
select * from final
