-- What the best mix of the coming year does with server licences, and when. decision: `buy` units at the beginning of the year or of a
-- later phase; `use` owned units that are paid until their term ends, from the beginning on; `keep` and `return` at the
-- end of a term; `undated` owned units whose renewal date is not known, so that none can be given back yet.
-- deadline: the last day of the order. monthly_price: of a unit from that day on; of terms with several prices the dearest.
-- grain: one row per decision, server licence, currency and day
-- key: decision, offer_id, billing_currency, day
with chosen as (
  select p.*, h.from_day
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  join licensing.mix_phase h on h.span = p.span and h.phase = p.phase
  where p.span = 'year' and p.estimate = 'base' and p.counting = 'shared' and p.part = 'licence'
),
ordered as (
  select c.billing_currency, c.offer_id, c.phase, c.from_day, sum(case when c.kind = 'new' then c.places when c.kind = 'minimum' then b.units else 0 end) as bought,
         sum(case when c.kind = 'sunk' then c.places else 0 end) as used
  from chosen c
  join licensing.mix_block b
    on b.span = c.span and b.phase = c.phase and b.estimate = c.estimate and b.combination = c.combination and b.billing_currency = c.billing_currency
   and b.offer_id = c.offer_id and b.kind = c.kind and b.monthly_price = c.monthly_price
   and coalesce(b.renews_on, date '1970-01-01') = coalesce(c.renews_on, date '1970-01-01')
  group by 1, 2, 3, 4
),
growing as (
  select *, coalesce(max(bought) over (partition by billing_currency, offer_id order by phase rows between unbounded preceding and 1 preceding), 0) as bought_before from ordered
),
kept as (
  -- at the end of each term: as many as any later phase needs
  select phased.billing_currency, phased.offer_id, phased.renews_on, sum(phased.places) as units
  from (
    select billing_currency, offer_id, renews_on, monthly_price, max(places) as places from chosen where kind = 'kept' group by billing_currency, offer_id, renews_on, monthly_price
  ) phased
  group by phased.billing_currency, phased.offer_id, phased.renews_on
),
ending as (
  select offer_id, renews_on, sum(owned_units) as units, min(order_until_day) as order_until_day, max(price) as price, max(currency) as currency
  from licensing.licence_term
  where covers = 'server' and offer_id is not null and owned_units > 0
  group by offer_id, renews_on
),
route as (
  select r.offer_id, r.billing_currency, r.name, r.monthly_price, r.owned_units from licensing.server_route r
),
held as (
  select r.offer_id, r.billing_currency, r.name, case when e.currency = r.billing_currency then coalesce(e.price, r.monthly_price) else r.monthly_price end as monthly_price,
         e.renews_on, e.units, e.order_until_day
  from route r
  join ending e on e.offer_id = r.offer_id
  where r.owned_units > 0
),
decided as (
  select 'buy' as decision, g.offer_id, g.billing_currency, g.from_day as day, g.bought - g.bought_before as units, cast(null as date) as deadline, r.monthly_price
  from growing g
  join route r on r.offer_id = g.offer_id and r.billing_currency = g.billing_currency
  where g.bought > g.bought_before
  union all
  select 'use', g.offer_id, g.billing_currency, g.from_day, g.used, cast(null as date), amount(0)
  from growing g
  where g.phase = 1 and g.used > 0
  union all
  select 'keep', h.offer_id, h.billing_currency, h.renews_on, k.units, h.order_until_day, h.monthly_price
  from held h
  join kept k on k.offer_id = h.offer_id and k.billing_currency = h.billing_currency and k.renews_on = h.renews_on and k.units > 0
  union all
  select 'return', h.offer_id, h.billing_currency, h.renews_on, h.units - coalesce(k.units, 0), h.order_until_day, h.monthly_price
  from held h
  join licensing.mix_phase p on p.span = 'year' and p.from_day = h.renews_on
  left join kept k on k.offer_id = h.offer_id and k.billing_currency = h.billing_currency and k.renews_on = h.renews_on
  where h.units > coalesce(k.units, 0)
  union all
  select 'undated', h.offer_id, h.billing_currency, cast(null as date), h.units, cast(null as date), h.monthly_price
  from held h
  where h.renews_on is null
),
final as (
  select d.decision, d.offer_id, r.name, d.billing_currency, d.day, cast(d.units as bigint) as units, d.deadline, d.monthly_price
  from decided d
  join route r on r.offer_id = d.offer_id and r.billing_currency = d.billing_currency
)
select * from final
