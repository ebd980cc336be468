-- What the cheapest mix of each phase is made of: places on licences by block, the rest by the hour at the cheaper plan whose
-- price is known, and machines pinned to Plan 2 by the hour there. Only servers in the scope of licences take one; user
-- licences license no server and are not used.
-- Exact by exchange: a licence costs the same in any place, so of two places the one with more hours gains more from it, and
-- of two licences the cheaper one gains more in any place. Any cheapest assignment can thus be swapped, without getting
-- dearer, into: nth cheapest licence unit to the place with the nth most hours, as long as the unit costs less than the hours.
-- Hours fall and unit prices rise with n, so this stops once and no search is needed: mix_stack says how many places pay.
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
fill as (
  -- the places that are filled: after the one and up to the other
  select *, least(after_unit, paying) as after_place, least(until_unit, paying) as until_place from licensing.mix_stack
),
mark as (
  select distinct estimate, counting, billing_currency, after_place as place from fill where after_place > 0
  union
  select distinct estimate, counting, billing_currency, until_place from fill where until_place > 0
),
line as (
  -- blocks and marks in one line: the block that holds a place is the last that begins before it
  select estimate, counting, billing_currency, until_place - places as after_place, 1 as turn, block, cast(null as bigint) as place from licensing.mix_place
  union all
  select estimate, counting, billing_currency, place, 0, cast(0 as bigint), place from mark
),
held as (
  select estimate, counting, billing_currency, place,
         max(block) over (partition by estimate, counting, billing_currency order by after_place, turn rows unbounded preceding) as block
  from line
),
summed as (
  select h.estimate, h.counting, h.billing_currency, h.place,
         b.until_machines - (b.until_place - h.place) * b.machines as machines, b.until_seconds - (b.until_place - h.place) * b.seconds as seconds
  from held h
  join licensing.mix_place b on b.estimate = h.estimate and b.counting = h.counting and b.billing_currency = h.billing_currency and b.block = h.block
  where h.place is not null
),
filled as (
  select f.span, f.phase, f.estimate, f.counting, f.combination, f.billing_currency, f.offer_id, f.kind, f.renews_on, f.unit_price, f.monthly_price, f.fixed_price,
         f.until_place - f.after_place as places, coalesce(u.machines, 0) - coalesce(a.machines, 0) as machines, coalesce(u.seconds, 0) - coalesce(a.seconds, 0) as seconds
  from fill f
  left join summed a on a.estimate = f.estimate and a.counting = f.counting and a.billing_currency = f.billing_currency and a.place = f.after_place
  left join summed u on u.estimate = f.estimate and u.counting = f.counting and u.billing_currency = f.billing_currency and u.place = f.until_place
),
licensed as (
  select span, phase, estimate, counting, combination, billing_currency, sum(machines) as machines, sum(seconds) as seconds
  from filled
  group by 1, 2, 3, 4, 5, 6
),
machine as (
  select m.estimate, m.billing_currency, m.is_licensable, m.is_pinned, m.seconds,
         case when p.peak_at >= m.alive_from_at and p.peak_at < m.alive_until_at then 1 else 0 end as is_at_peak
  from licensing.mix_machine m
  left join licensing.mix_peak p on p.estimate = m.estimate and p.billing_currency = m.billing_currency
),
alike as (
  select estimate, billing_currency, is_licensable, is_pinned, is_at_peak, count(*) as machines, sum(seconds) as seconds from machine group by 1, 2, 3, 4, 5
),
fleet as (
  -- of counting `peak` the servers that do not exist at its moment are left out
  select a.estimate, a.counting, a.billing_currency, sum(case when m.is_pinned then m.machines else 0 end) as pinned_machines,
         sum(case when m.is_pinned then m.seconds else 0 end) as pinned_seconds,
         sum(case when m.is_pinned or (a.counting = 'peak' and m.is_licensable and m.is_at_peak = 0) then 0 else m.machines end) as machines,
         sum(case when m.is_pinned or (a.counting = 'peak' and m.is_licensable and m.is_at_peak = 0) then 0 else m.seconds end) as seconds
  from counted_as a
  join alike m on m.estimate = a.estimate and m.billing_currency = a.billing_currency
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
