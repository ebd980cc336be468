-- The days of the coming year on which something about licences must or can be done, or a price changes. kind: `order_from` and
-- `order_until` the window in which the agreement wants the order of a term; `renewal` the first day of the next term, from
-- which the quantity can be less; `price` a price of an offer begins to hold, `price_end` its last day, in the currencies of
-- the bill; `buy` units that the best mix buys. A window for orders that has passed is there as long as its renewal lies ahead.
-- what: of the licence or offer. units: NULL where none are meant. source: which list or file says so.
-- grain: one row per day, kind, licence or offer, entry and currency
-- key: day, kind, offer_id, entry, currency
with bound as (
  select from_day, until_day, months_later(until_day, 12) as year_until_day from config.period
),
term as (
  select coalesce(offer_id, sku_id) as offer_id, entry, product, covers, owned_units, renews_on, order_from_day, order_until_day, price, currency, agreement
  from licensing.licence_term
  cross join bound b
  where renews_on >= b.until_day and renews_on < b.year_until_day
),
dated as (
  select order_from_day as day, 'order_from' as kind, offer_id, entry, product as what, owned_units as units, price, currency, agreement as detail from term
  union all
  select order_until_day, 'order_until', offer_id, entry, product, owned_units, price, currency, agreement from term
  union all
  select renews_on, 'renewal', offer_id, entry, product, owned_units, price, currency, agreement from term
),
listed as (
  select o.offer_id, o.name, o.price, o.currency, o.valid_from, o.valid_until, 'hourwise.yaml' as source from config.offer_override o
  union all
  select b.offer_id, b.name, b.price, b.currency, b.valid_from, b.valid_until, coalesce(b.source_url, 'offers.csv')
  from licensing.bundled_offer b
  left join (select distinct offer_id, currency from config.offer_override) g on g.offer_id = b.offer_id and g.currency = b.currency
  where g.offer_id is null
),
billed as (
  select distinct billing_currency from licensing.machine_hours where billing_currency is not null
),
priced as (
  select l.valid_from as day, 'price' as kind, l.offer_id, l.name, l.price, l.currency, l.source from listed l join billed b on b.billing_currency = l.currency
  union all
  select l.valid_until, 'price_end', l.offer_id, l.name, l.price, l.currency, l.source from listed l join billed b on b.billing_currency = l.currency
),
bought as (
  select day, 'buy' as kind, offer_id, name, units, monthly_price, billing_currency from licensing.licence_decision where decision = 'buy'
),
together as (
  select day, kind, offer_id, entry, what, units, price, currency, detail, 'hourwise.yaml' as source from dated
  union all
  select p.day, p.kind, p.offer_id, cast(row_number() over (partition by p.day, p.kind, p.offer_id, p.currency order by p.price nulls last, p.source) as integer), coalesce(p.name, o.name),
         cast(null as bigint), p.price, p.currency, cast(null as varchar), p.source
  from priced p
  left join licensing.offer o on o.offer_id = p.offer_id and o.currency = p.currency
  union all
  select day, kind, offer_id, cast(0 as integer), name, units, monthly_price, billing_currency, cast(null as varchar), 'best mix' from bought
),
final as (
  select t.day, t.kind, t.offer_id, t.entry, t.what, t.units, t.price, t.currency, t.detail, t.source
  from together t
  cross join bound b
  where (t.day >= b.until_day or t.kind in ('order_from', 'order_until')) and t.day < b.year_until_day
)
select * from final
