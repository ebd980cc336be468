-- The entries of `licences` in hourwise.yaml, each with the SKU it means. An entry that names an offer means the SKU of that
-- offer that Graph lists, else the first of its SKUs, else the offer itself (`offer:` and its id).
-- grain: one row per entry
-- key: entry
with candidate as (
  select c.entry, s.sku_id, s.offer_id,
         row_number() over (partition by c.entry order by case when l.sku_id is null then 1 else 0 end, s.sku_id) as choice
  from config.licence c
  join licensing.sku s on lower(c.sku) in (s.sku_id, lower(s.sku_part_number)) or (c.sku is null and s.offer_id = c.offer_id)
  left join licensing.listed_licence l on l.sku_id = s.sku_id
),
final as (
  select c.entry, coalesce(k.sku_id, 'offer:' || c.offer_id) as sku_id, coalesce(k.offer_id, c.offer_id) as offer_id,
         c.quantity, c.price, c.currency, c.starts_on, c.renews_on, c.term_months, c.agreement, c.note
  from config.licence c
  left join candidate k on k.entry = c.entry and k.choice = 1
)
select * from final
