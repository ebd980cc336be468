-- What each scenario costs over the twelve months after the period, at the pace of the period, with its low and high (see
-- mix_estimate and mix_machine). Licences owned are sunk until their term ends: until then they cost nothing in any scenario,
-- afterwards they are paid for where the scenario needs them. single_cost: the best mix if each licence stayed with its machine.
-- gap: how far the best mix can be above the cheapest possible, 0 where it is exact. possible_from: the first day on which it can
-- begin; reversible_from: the first day on which it can be undone, as reversible says.
-- grain: one row per scenario and currency
-- key: scenario, billing_currency
with year as (
  select min(from_day) as from_day, max(until_day) as until_day, sum(days) as days, max(observed_days) as observed_days from licensing.mix_phase where span = 'year'
),
estimate as (
  select e.billing_currency, e.estimate, e.factor, y.days, y.observed_days from licensing.mix_estimate e cross join year y
),
billed as (
  select billing_currency, amount(sum(cost)) as cost from ledger.machine_total where billing_currency is not null group by billing_currency
),
as_billed as (
  select 'as_billed' as scenario, e.billing_currency, e.estimate, e.factor,
         amount_part(b.cost, e.days, e.observed_days) as cost
  from estimate e
  join billed b on b.billing_currency = e.billing_currency
),
fleet as (
  select estimate, billing_currency, sum(seconds) as seconds from licensing.mix_machine group by estimate, billing_currency
),
hourly as (
  select 'all_' || o.plan as scenario, e.billing_currency, e.estimate, e.factor,
         units_amount(integer_quotient(integer_quotient(amount_units(o.price) * f.seconds, 3600) * e.days, e.observed_days)) as cost
  from estimate e
  join fleet f on f.estimate = e.estimate and f.billing_currency = e.billing_currency
  join licensing.offer o on o.currency = e.billing_currency and o.offer_id in ('defender-for-servers-p1', 'defender-for-servers-p2') and o.price is not null
),
owned as (
  select b.estimate, b.billing_currency, b.phase, b.unit_price, b.units,
         sum(b.units) over (partition by b.estimate, b.billing_currency, b.phase order by b.unit_price, b.offer_id, b.kind, b.monthly_price, b.renews_on rows unbounded preceding) as until_unit
  from licensing.mix_block b
  where b.span = 'year' and b.combination = 0 and b.kind in ('sunk', 'kept')
),
month_price as (
  select o.billing_currency, m.phase, o.quantity, units_amount(sum(integer_quotient(amount_units(o.monthly_price) * m.days, m.days_in_month))) as unit_price
  from licensing.server_option o
  join licensing.mix_month m on m.span = 'year'
  where o.offer_id = 'mde-for-servers' and o.monthly_price is not null
  group by o.billing_currency, m.phase, o.quantity
),
server_phase as (
  select e.billing_currency, e.estimate, e.factor, m.phase, m.quantity, m.unit_price,
         coalesce(sum(greatest(least(w.until_unit, m.quantity) - (w.until_unit - w.units), 0)), 0) as owned_used,
         coalesce(amount(sum(w.unit_price * cast(greatest(least(w.until_unit, m.quantity) - (w.until_unit - w.units), 0) as integer))), amount(0)) as owned_cost
  from estimate e
  join month_price m on m.billing_currency = e.billing_currency
  left join owned w on w.estimate = e.estimate and w.billing_currency = e.billing_currency and w.phase = m.phase
  group by 1, 2, 3, 4, 5, 6
),
server as (
  select 'server_licence' as scenario, billing_currency, estimate, factor,
         amount(sum(owned_cost) + sum(unit_price * cast(quantity - owned_used as integer))) as cost
  from server_phase
  group by 1, 2, 3, 4
),
user_licence as (
  select 'user_licence' as scenario, u.billing_currency, 'base' as estimate, amount(1) as factor,
         units_amount(sum(integer_quotient(amount_units(u.monthly_price) * u.users * m.days, m.days_in_month))) as cost
  from licensing.user_option u
  join licensing.mix_month m on m.span = 'year'
  where u.offer_id = 'mde-p2' and u.machines > 0 and u.monthly_price is not null
  group by 1, 2, 3, 4
),
commitment as (
  select 'commitment' as scenario, c.billing_currency, c.estimate, amount(1) as factor,
         amount_part(c.cost, y.days, y.observed_days) as cost
  from licensing.commitment c
  cross join year y
  where c.place = 1 and c.cost is not null
),
mix as (
  select 'best_mix' as scenario, billing_currency, estimate, amount(1) as factor, cost from licensing.mix_total where span = 'year' and counting = 'shared'
),
costed as (
  select * from as_billed
  union all select * from hourly
  union all select * from server
  union all select * from user_licence
  union all select * from commitment
  union all select * from mix
),
grown as (
  select scenario, billing_currency, estimate, case when factor = 1 then cost else amount_product(cost, factor) end as cost from costed
),
spread as (
  select scenario, billing_currency, max(case when estimate = 'base' then cost end) as year_cost, max(case when estimate = 'low' then cost end) as low_year_cost,
         max(case when estimate = 'high' then cost end) as high_year_cost
  from grown
  group by scenario, billing_currency
),
bought as (
  select p.billing_currency, max(case when p.part = 'licence' and p.kind in ('new', 'minimum') and p.places > 0 then 1 else 0 end) as is_buying
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  where p.span = 'year' and p.estimate = 'base' and p.counting = 'shared'
  group by p.billing_currency
),
detail as (
  select s.billing_currency, s.gap, a.cost as single_cost
  from licensing.mix_total s
  left join licensing.mix_total a on a.span = s.span and a.estimate = s.estimate and a.counting = 'single' and a.billing_currency = s.billing_currency
  where s.span = 'year' and s.estimate = 'base' and s.counting = 'shared'
),
final as (
  select s.scenario, s.billing_currency,
         case when s.reason is null then p.year_cost end as year_cost, case when s.reason is null then p.low_year_cost end as low_year_cost,
         case when s.reason is null then p.high_year_cost end as high_year_cost,
         case when s.scenario = 'best_mix' and s.reason is null then d.single_cost end as single_cost, case when s.scenario = 'best_mix' and s.reason is null then d.gap end as gap,
         y.from_day as possible_from,
         case when s.scenario in ('as_billed', 'all_p1', 'all_p2') then y.from_day
              when s.scenario = 'best_mix' and coalesce(b.is_buying, 0) = 0 then y.from_day
              else y.until_day end as reversible_from,
         case when s.scenario in ('as_billed', 'all_p1', 'all_p2') then 'any day: hours end when the plan is switched off'
              when s.scenario = 'commitment' then 'at the end of the year paid in advance'
              when s.scenario = 'best_mix' and coalesce(b.is_buying, 0) = 0 then 'any day: it buys no licence'
              else 'hours any day, licences bought at the end of their term of twelve months' end as reversible
  from licensing.scenario s
  cross join year y
  left join spread p on p.scenario = s.scenario and p.billing_currency = s.billing_currency
  left join bought b on b.billing_currency = s.billing_currency
  left join detail d on d.billing_currency = s.billing_currency
)
select * from final
