-- What no mix of a phase can be cheaper than. Where all servers exist at once at the peak it is the mix itself: sharing is
-- impossible, and mix_part is exact. Elsewhere it is the best of some proofs, one for each test price c: whatever servers share a
-- licence, their lives do not overlap, so it cannot save more than the sum of what each saves above c times its share of
-- the period, plus c. Hence: every server pays the lesser of its hours and c times its share, and every unit cheaper than c
-- gives back the difference. Another proof: the servers that exist at one moment cannot share, so their cheapest mix is exact, and
-- the others cost nothing at least. Test prices are the units' prices and the hours of the first place left without a licence
-- and of the last with one. (A thousand a unit is enough to give back: beyond it a proof is worth nothing.)
-- grain: one row per span, phase, estimate, combination and currency
-- key: span, phase, estimate, combination, billing_currency
with part as (
  select span, phase, estimate, combination, billing_currency, sum(case when part = 'licence' then places else 0 end) as licensed_places, sum(cost) as cost,
         sum(case when part = 'pinned' then cost else 0 end) as pinned_cost, max(case when part = 'hourly' then unit_price end) as hourly_price
  from licensing.mix_part
  where counting = 'shared'
  group by 1, 2, 3, 4, 5
),
shared as (
  select estimate, billing_currency from licensing.mix_peak
),
variant as (
  select p.*, h.days, h.observed_days
  from part p
  join shared s on s.estimate = p.estimate and s.billing_currency = p.billing_currency
  join licensing.mix_phase h on h.span = p.span and h.phase = p.phase
),
test as (
  select v.span, v.phase, v.estimate, v.combination, v.billing_currency, amount_units(b.unit_price) as price
  from variant v
  join licensing.mix_block b on b.span = v.span and b.phase = v.phase and b.estimate = v.estimate and b.combination = v.combination and b.billing_currency = v.billing_currency
  union
  select v.span, v.phase, v.estimate, v.combination, v.billing_currency, integer_quotient(amount_units(v.hourly_price) * l.seconds * v.days, 3600 * v.observed_days)
  from variant v
  join licensing.mix_place l on l.counting = 'shared' and l.estimate = v.estimate and l.billing_currency = v.billing_currency
                            and l.until_place - l.places < v.licensed_places + 1 and l.until_place >= v.licensed_places
),
rate as (
  -- what a second costs in a phase is the same for every combination: each test price is tried once
  select distinct t.span, t.phase, t.estimate, t.billing_currency, t.price, v.hourly_price, v.days, v.observed_days
  from test t
  join variant v on v.span = t.span and v.phase = t.phase and v.estimate = t.estimate and v.combination = t.combination and v.billing_currency = t.billing_currency
),
alike as (
  select estimate, billing_currency, is_licensable, seconds, alive_until_at - alive_from_at as alive_seconds, count(*) as machines
  from licensing.mix_machine
  where not is_pinned
  group by estimate, billing_currency, is_licensable, seconds, alive_until_at - alive_from_at
),
paid as (
  select t.span, t.phase, t.estimate, t.billing_currency, t.price,
         units_amount(sum(m.machines * case when m.is_licensable
                                            then least(integer_quotient(amount_units(t.hourly_price) * m.seconds * t.days, 3600 * t.observed_days),
                                                       integer_quotient(t.price * m.alive_seconds, t.observed_days * 86400))
                                            else integer_quotient(amount_units(t.hourly_price) * m.seconds * t.days, 3600 * t.observed_days) end)) as cost
  from rate t
  join alike m on m.estimate = t.estimate and m.billing_currency = t.billing_currency
  group by 1, 2, 3, 4, 5
),
given as (
  select t.span, t.phase, t.estimate, t.combination, t.billing_currency, t.price,
         amount(sum(b.fixed_price)) as fixed_price,
         amount(sum(case when amount_units(b.unit_price) < t.price then least(units_amount(t.price - amount_units(b.unit_price)), amount(1000)) * b.units else amount(0) end)) as given_back
  from test t
  join licensing.mix_block b on b.span = t.span and b.phase = t.phase and b.estimate = t.estimate and b.combination = t.combination and b.billing_currency = t.billing_currency
  group by 1, 2, 3, 4, 5, 6
),
proof as (
  select t.span, t.phase, t.estimate, t.combination, t.billing_currency, max(amount(p.cost + coalesce(g.fixed_price, amount(0)) - coalesce(g.given_back, amount(0)))) as bound
  from test t
  join paid p on p.span = t.span and p.phase = t.phase and p.estimate = t.estimate and p.billing_currency = t.billing_currency and p.price = t.price
  left join given g on g.span = t.span and g.phase = t.phase and g.estimate = t.estimate and g.combination = t.combination and g.billing_currency = t.billing_currency
                   and g.price = t.price
  group by 1, 2, 3, 4, 5
),
peak as (
  select span, phase, estimate, combination, billing_currency, sum(cost) as cost from licensing.mix_part where counting = 'peak' group by 1, 2, 3, 4, 5
),
final as (
  select p.span, p.phase, p.estimate, p.combination, p.billing_currency,
         case when r.billing_currency is null then amount(p.cost) else amount(least(p.cost, greatest(amount(r.bound + p.pinned_cost), amount(k.cost), p.pinned_cost))) end as bound
  from part p
  left join peak k on k.span = p.span and k.phase = p.phase and k.estimate = p.estimate and k.combination = p.combination and k.billing_currency = p.billing_currency
  left join proof r on r.span = p.span and r.phase = p.phase and r.estimate = p.estimate and r.combination = p.combination and r.billing_currency = p.billing_currency
)
select * from final
