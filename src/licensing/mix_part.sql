-- What the cheapest mix of each phase is made of: places on licences by block, the rest by the hour at the cheaper plan whose
-- price is known, and machines pinned to Plan 2 by the hour there. Only servers in the scope of licences take one; user
-- licences license no server and are not used.
-- Exact by exchange: a licence costs the same in any place, so of two places the one with more hours gains more from it, and
-- of two licences the cheaper one gains more in any place. Any cheapest assignment can thus be swapped, without getting
-- dearer, into: nth cheapest licence unit to the place with the nth most hours, as long as the unit costs less than the hours.
-- Hours fall and unit prices rise with n, so this stops once and no search is needed.
-- part: `hourly`, `pinned`, `licence`. cost: in the phase, at today's size of the fleet.
-- grain: one row per span, phase, estimate, counting, combination, currency, part and block
-- key: span, phase, estimate, counting, combination, billing_currency, part, offer_id, kind, monthly_price, renews_on
with hourly as (
  select currency as billing_currency, plan, price, row_number() over (partition by currency order by price, plan) as choice
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2') and price is not null
),
counted_as as (
  select distinct estimate, counting, billing_currency from licensing.mix_place
  union
  select distinct m.estimate, c.counting, m.billing_currency
  from licensing.mix_machine m
  join (select 'shared' as counting union all select 'single') c on c.counting = 'shared' or m.estimate = 'base'
),
variant as (
  select p.span, p.phase, p.days, p.observed_days, a.estimate, a.counting, a.billing_currency, b.combination
  from counted_as a
  join licensing.mix_phase p on p.span = 'year' or a.estimate = 'base'
  join (select billing_currency, combination from licensing.mix_block union select billing_currency, 0 from counted_as) b on b.billing_currency = a.billing_currency
),
stacked as (
  select *, sum(units) over (partition by span, phase, estimate, combination, billing_currency
                             order by unit_price, case kind when 'sunk' then 0 when 'minimum' then 1 when 'kept' then 2 else 3 end, offer_id, monthly_price, renews_on
                             rows unbounded preceding) as until_unit
  from licensing.mix_block
),
filled as (
  select v.span, v.phase, v.estimate, v.counting, v.combination, v.billing_currency, s.offer_id, s.kind, s.renews_on, s.unit_price, s.monthly_price, s.fixed_price,
         sum(case when amount_units(s.unit_price) * 3600 * v.observed_days < amount_units(h.price) * p.seconds * v.days then 1 else 0 end) as places,
         sum(case when amount_units(s.unit_price) * 3600 * v.observed_days < amount_units(h.price) * p.seconds * v.days then p.machines else 0 end) as machines,
         sum(case when amount_units(s.unit_price) * 3600 * v.observed_days < amount_units(h.price) * p.seconds * v.days then p.seconds else 0 end) as seconds
  from variant v
  join hourly h on h.billing_currency = v.billing_currency and h.choice = 1
  join stacked s on s.span = v.span and s.phase = v.phase and s.estimate = v.estimate and s.combination = v.combination and s.billing_currency = v.billing_currency
  left join licensing.mix_place p
    on p.estimate = v.estimate and p.counting = v.counting and p.billing_currency = v.billing_currency and p.place > s.until_unit - s.units and p.place <= s.until_unit
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
),
licensed as (
  select span, phase, estimate, counting, combination, billing_currency, sum(machines) as machines, sum(seconds) as seconds
  from filled
  group by 1, 2, 3, 4, 5, 6
),
fleet as (
  -- of counting `peak` the servers that do not exist at its moment are left out
  select a.estimate, a.counting, a.billing_currency, sum(case when m.is_pinned then 1 else 0 end) as pinned_machines,
         sum(case when m.is_pinned then m.seconds else 0 end) as pinned_seconds,
         sum(case when m.is_pinned or (a.counting = 'peak' and m.is_licensable and c.machine_id is null) then 0 else 1 end) as machines,
         sum(case when m.is_pinned or (a.counting = 'peak' and m.is_licensable and c.machine_id is null) then 0 else m.seconds end) as seconds
  from counted_as a
  join licensing.mix_machine m on m.estimate = a.estimate and m.billing_currency = a.billing_currency
  left join licensing.mix_chain c on a.counting = 'peak' and c.counting = 'peak' and c.estimate = m.estimate and c.machine_id = m.machine_id
  group by a.estimate, a.counting, a.billing_currency
),
rest as (
  select v.span, v.phase, v.estimate, v.counting, v.combination, v.billing_currency, v.days, v.observed_days, h.plan, h.price,
         f.machines - coalesce(l.machines, 0) as machines, f.seconds - coalesce(l.seconds, 0) as seconds
  from variant v
  join hourly h on h.billing_currency = v.billing_currency and h.choice = 1
  join fleet f on f.estimate = v.estimate and f.counting = v.counting and f.billing_currency = v.billing_currency
  left join licensed l on l.span = v.span and l.phase = v.phase and l.estimate = v.estimate and l.counting = v.counting and l.combination = v.combination
                      and l.billing_currency = v.billing_currency
),
pinned as (
  select v.span, v.phase, v.estimate, v.counting, v.combination, v.billing_currency, v.days, v.observed_days, h.price, f.pinned_machines as machines, f.pinned_seconds as seconds
  from variant v
  join fleet f on f.estimate = v.estimate and f.counting = v.counting and f.billing_currency = v.billing_currency and f.pinned_machines > 0
  left join hourly h on h.billing_currency = v.billing_currency and h.plan = 'p2'
),
final as (
  select span, phase, estimate, counting, combination, billing_currency, 'hourly' as part, plan as offer_id, 'hourly' as kind, cast(null as date) as renews_on, price as unit_price, price as monthly_price,
         cast(machines as bigint) as places, cast(machines as bigint) as machines, cast(seconds as bigint) as seconds,
         units_amount(integer_quotient(integer_quotient(amount_units(price) * seconds, 3600) * days, observed_days)) as cost
  from rest
  union all
  select span, phase, estimate, counting, combination, billing_currency, 'pinned', 'p2', 'hourly', cast(null as date), price, price, cast(machines as bigint), cast(machines as bigint), cast(seconds as bigint),
         units_amount(integer_quotient(integer_quotient(amount_units(price) * seconds, 3600) * days, observed_days))
  from pinned
  union all
  select span, phase, estimate, counting, combination, billing_currency, 'licence', offer_id, kind, renews_on, unit_price, monthly_price,
         cast(places as bigint), cast(machines as bigint), cast(seconds as bigint), amount(unit_price * cast(places as integer) + fixed_price)
  from filled
)
select * from final
