-- The licence units of each variant of the mix, cheapest first, with the places that they would fill and how many of those pay.
-- Hours fall from place to place: the places that a unit pays for are the first ones, so two counts say which of its places are
-- filled. after_unit, until_unit: the units are those after the one and up to the other. pays_above: a place pays for its unit
-- with more seconds than this in the period; NULL where no hours could. paying: the places with more, whatever unit they get.
-- grain: one row per span, phase, estimate, counting, combination, currency and block of units
-- key: span, phase, estimate, counting, combination, billing_currency, offer_id, kind, monthly_price, renews_on
with hourly as (
  select currency as billing_currency, plan, price, row_number() over (partition by currency order by price, plan) as choice
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2') and price is not null
),
stacked as (
  select b.*, p.days, p.observed_days, h.price as hourly_price,
         sum(b.units) over (partition by b.span, b.phase, b.estimate, b.combination, b.billing_currency
                            order by b.unit_price, case b.kind when 'sunk' then 0 when 'minimum' then 1 when 'kept' then 2 else 3 end, b.offer_id, b.monthly_price, b.renews_on
                            rows unbounded preceding) as until_unit
  from licensing.mix_block b
  join licensing.mix_phase p on p.span = b.span and p.phase = b.phase
  join hourly h on h.billing_currency = b.billing_currency and h.choice = 1
),
counting as (
  select distinct estimate, counting, billing_currency from licensing.mix_place
  union
  select distinct m.estimate, c.counting, m.billing_currency
  from licensing.mix_machine m
  join (select 'shared' as counting union all select 'single') c on c.counting = 'shared' or m.estimate = 'base'
),
priced as (
  -- seconds are whole, so more than the quotient is more than its whole part
  select s.span, s.phase, s.estimate, c.counting, s.combination, s.billing_currency, s.offer_id, s.kind, s.renews_on, s.unit_price, s.monthly_price, s.fixed_price,
         cast(s.until_unit - s.units as bigint) as after_unit, cast(s.until_unit as bigint) as until_unit,
         case when s.hourly_price > 0
              then cast(least(integer_quotient(amount_units(s.unit_price) * 3600 * s.observed_days, amount_units(s.hourly_price) * s.days), wide_whole(1000000000000)) as bigint) end as pays_above
  from stacked s
  join counting c on c.estimate = s.estimate and c.billing_currency = s.billing_currency
),
test as (
  select distinct estimate, counting, billing_currency, pays_above from priced where pays_above is not null
),
line as (
  -- places and tests in one line, by falling seconds: before a test stand the places that pass it
  select estimate, counting, billing_currency, seconds, 1 as turn, places, cast(null as bigint) as pays_above from licensing.mix_place
  union all
  select estimate, counting, billing_currency, pays_above, 0, cast(0 as bigint), pays_above from test
),
counted as (
  select estimate, counting, billing_currency, pays_above,
         cast(sum(places) over (partition by estimate, counting, billing_currency order by seconds desc, turn rows unbounded preceding) as bigint) as paying
  from line
),
final as (
  select p.*, coalesce(n.paying, 0) as paying
  from priced p
  left join counted n on n.estimate = p.estimate and n.counting = p.counting and n.billing_currency = p.billing_currency and n.pays_above = p.pays_above
)
select * from final
