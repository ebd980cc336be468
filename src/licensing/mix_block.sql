-- The licence units that the mix can use in each phase, in blocks of one price. kind: `sunk` owned, paid until its term
-- ends, so it costs nothing more; `kept` owned, its term over, at the price of its next term; `minimum` the least order of
-- an offer, paid whole once the offer is taken, used or not; `new` bought. A renewal date that is not known never comes.
-- combination: which offers with a least order are taken, as the sum of their bits; the three cheapest can be. -1: nothing is
-- renewed, -2: nor bought, where terms end within the year.
-- units: divided by the estimate's factor, rounded down, since a fleet grown by it is counted at today's size.
-- renews_on: the end of the term of owned units. unit_price: for the phase. fixed_price: what the block costs as a whole, used or not.
-- grain: one row per span, phase, estimate, combination, currency, offer, kind, price and term
-- key: span, phase, estimate, combination, billing_currency, offer_id, kind, monthly_price, renews_on
with bit as (
  select offer_id, billing_currency, minimum_units, row_number() over (partition by billing_currency order by monthly_price, offer_id) as nth
  from licensing.server_route
  where minimum_units > 1 and left_out is null
),
combination as (
  select c.billing_currency, cast(v.combination as integer) as combination
  from (select billing_currency, least(sum(case when minimum_units > 1 and left_out is null then 1 else 0 end), 3) as bits from licensing.server_route group by billing_currency) c
  cross join (values (-2), (-1), (0), (1), (2), (3), (4), (5), (6), (7)) v (combination)
  cross join (select max(phase) as phases from licensing.mix_phase) p
  where (v.combination >= 0 or p.phases > 1) and v.combination < case c.bits when 0 then 1 when 1 then 2 when 2 then 4 else 8 end
),
taken as (
  select c.billing_currency, c.combination, r.offer_id, r.monthly_price, r.buyable_units, b.minimum_units, r.owned_units,
         case when c.combination = -2 then false
              when b.offer_id is null then true
              when c.combination >= 0 and b.nth <= 3 and integer_quotient(c.combination, case b.nth when 1 then 1 when 2 then 2 else 4 end) % 2 = 1 then true
              else false end as is_taken
  from combination c
  join licensing.server_route r on r.billing_currency = c.billing_currency
  left join bit b on b.billing_currency = r.billing_currency and b.offer_id = r.offer_id
),
term as (
  select offer_id, renews_on, price, currency, sum(owned_units) as units
  from licensing.licence_term
  where covers = 'server' and offer_id is not null and owned_units > 0
  group by offer_id, renews_on, price, currency
),
unit as (
  select p.span, p.phase, t.billing_currency, t.combination, t.offer_id, w.renews_on,
         case when p.span = 'period' or w.renews_on is null or w.renews_on > p.from_day then 'sunk' else 'kept' end as kind,
         case when p.span = 'period' or w.renews_on is null or w.renews_on > p.from_day then amount(0)
              when w.currency = t.billing_currency and w.price is not null then w.price else t.monthly_price end as monthly_price,
         sum(w.units) as units
  from taken t
  join term w on w.offer_id = t.offer_id and t.owned_units > 0
  cross join licensing.mix_phase p
  where t.combination >= 0 or p.span = 'period' or w.renews_on is null or w.renews_on > p.from_day
  group by 1, 2, 3, 4, 5, 6, 7, 8
  union all
  select p.span, p.phase, t.billing_currency, t.combination, t.offer_id, cast(null as date), 'minimum', t.monthly_price, t.minimum_units
  from taken t
  cross join licensing.mix_phase p
  where t.is_taken and t.minimum_units > 1
  union all
  select p.span, p.phase, t.billing_currency, t.combination, t.offer_id, cast(null as date), 'new', t.monthly_price,
         coalesce(t.buyable_units, cast(1000000000 as bigint)) - coalesce(t.minimum_units, 0)
  from taken t
  cross join licensing.mix_phase p
  where t.is_taken and coalesce(t.buyable_units, cast(1000000000 as bigint)) > coalesce(t.minimum_units, 0)
),
priced as (
  select u.span, u.phase, u.billing_currency, u.combination, u.offer_id, u.renews_on, u.kind, u.monthly_price, u.units,
         units_amount(sum(integer_quotient(amount_units(u.monthly_price) * m.days, m.days_in_month))) as phase_price
  from unit u
  join licensing.mix_month m on m.span = u.span and m.phase = u.phase
  where u.monthly_price is not null
  group by u.span, u.phase, u.billing_currency, u.combination, u.offer_id, u.renews_on, u.kind, u.monthly_price, u.units
),
final as (
  select p.span, p.phase, e.estimate, p.combination, p.billing_currency, p.offer_id, p.kind, p.renews_on, p.monthly_price,
         case when p.kind = 'minimum' then amount(0) else p.phase_price end as unit_price,
         cast(integer_quotient(wide_whole(p.units) * wide_whole(1000000000000),
                               integer_quotient(amount_units(e.factor), wide_whole(1000000000000))) as bigint) as units,
         case when p.kind = 'minimum' then amount(p.phase_price * p.units) else amount(0) end as fixed_price
  from priced p
  join licensing.mix_estimate e on e.billing_currency = p.billing_currency and (p.span = 'year' or e.estimate = 'base')
)
select * from final
