-- The pre-purchase plan of Defender for Cloud against the bill, over a year at the pace of the period: units of one US dollar at
-- list price, paid in advance at a discount (pre_purchase_tier.csv; other tiers are not public), lost when they are left at the
-- end of the year. Units burn down at list price, so a negotiated discount does not add to theirs: a dollar of units replaces
-- the hours that a dollar buys at list price, whatever those cost on the bill. Hours beyond the units are paid as billed;
-- charges that are no standard hour of a plan stay as they are. The plan can be used on other resources too; here it is for
-- servers alone. Units are sold in US dollars only.
-- estimate: the fleet as it is (`base`), or shrunk or grown by the forecast's band (`low`, `high`, see mix_estimate).
-- cost: what the year would cost, for the length of the period; year_cost: of the whole year. place: 1 is the cheapest tier of
-- the estimate; larger ones need not save. A tier of U units for P dollars beats the bill from P ÷ r of consumption at list
-- price a year on, r being what the bill pays of each dollar at list price, and a smaller tier from (P − p) ÷ r + u on, but
-- only where it is used up by then; otherwise never. best_from and best_until bound the consumption for which it is the cheapest
-- way (NULL, NULL: for none; best_until NULL: without an end). list_year_cost: the consumption of this estimate.
-- grain: one row per estimate, tier and currency of the bill
-- key: estimate, billing_currency, units
with list as (
  select o.plan, o.price, row_number() over (partition by o.plan order by o.valid_from desc nulls last) as newest
  from licensing.bundled_offer o
  cross join config.period p
  where o.route = 'hourly' and o.currency = 'USD' and o.plan in ('p1', 'p2') and o.price is not null
    and coalesce(o.valid_from, p.from_day) < p.until_day and coalesce(o.valid_until, p.until_day) >= p.until_day - 1
),
charged as (
  select c.billing_currency, c.plan, amount(sum(c.hours)) as hours, amount(sum(c.cost)) as cost,
         sum(case when c.hours is null or c.cost is null then 1 else 0 end) as unknown_lines
  from ledger.charge c
  where c.billing_currency is not null and c.meter = 'standard' and c.plan in ('p1', 'p2')
  group by c.billing_currency, c.plan
),
observed as (
  select c.billing_currency, amount(sum(c.hours)) as hours, amount(sum(c.cost)) as cost, sum(c.unknown_lines) as unknown_lines,
         sum(case when l.price is null then 1 else 0 end) as plans_without_list, amount(sum(amount_product(c.hours, l.price))) as list_cost
  from charged c
  left join list l on l.plan = c.plan and l.newest = 1
  group by c.billing_currency
),
bill as (
  select billing_currency, amount(sum(cost)) as cost from ledger.machine_total where billing_currency is not null group by billing_currency
),
judged as (
  select b.billing_currency, b.cost as billed_cost, o.hours, o.cost as hourly_cost, o.list_cost, p.until_at - p.from_at as seconds,
         case when b.billing_currency <> 'USD' then 'pre-purchase units are sold and used up in US dollars only'
              when o.hours is null or o.hours <= 0 then 'the bill has no hour at full price'
              when o.unknown_lines > 0 then 'charges lack their hours or their cost'
              when o.plans_without_list > 0 then 'no list price of the plan in US dollars is known for the period' end as reason
  from bill b
  left join observed o on o.billing_currency = b.billing_currency
  cross join config.period p
),
scaled as (
  select j.billing_currency, j.seconds, j.reason, e.estimate, amount_ratio(j.hourly_cost, j.list_cost) as paid_ratio,
         case when e.factor = 1 then j.billed_cost else amount_product(j.billed_cost, e.factor) end as billed_cost,
         case when e.factor = 1 then j.hourly_cost else amount_product(j.hourly_cost, e.factor) end as hourly_cost,
         case when e.factor = 1 then j.list_cost else amount_product(j.list_cost, e.factor) end as list_cost
  from judged j
  join licensing.mix_estimate e on e.billing_currency = j.billing_currency
),
tier as (
  -- the units that a year uses up, for the length of the period: units × seconds ÷ seconds of a year
  select j.*, t.units, t.discount_percent,
         units_amount(integer_quotient(amount_units(amount(t.units)) * j.seconds, wide_whole(31536000))) as period_units,
         amount_product(amount(t.units), amount_ratio(amount(100 - t.discount_percent), amount(100))) as year_price
  from scaled j
  cross join licensing.pre_purchase_tier t
),
crossing as (
  -- from which consumption a year on the larger of two tiers is the cheaper; never where it is not used up by then
  select l.estimate, l.billing_currency, l.units as larger_units, s.units as smaller_units,
         case when amount_ratio(amount(l.year_price - s.year_price), l.paid_ratio) + s.units < l.units
              then amount(amount_ratio(amount(l.year_price - s.year_price), l.paid_ratio) + s.units) end as from_amount
  from tier l
  join tier s on s.estimate = l.estimate and s.billing_currency = l.billing_currency and s.units < l.units
  where l.reason is null
),
above as (
  select estimate, billing_currency, larger_units as units, max(from_amount) as from_amount, sum(case when from_amount is null then 1 else 0 end) as never_beats
  from crossing group by estimate, billing_currency, larger_units
),
below as (
  select estimate, billing_currency, smaller_units as units, min(from_amount) as until_amount from crossing group by estimate, billing_currency, smaller_units
),
ranged as (
  select t.estimate, t.billing_currency, t.units,
         case when coalesce(a.never_beats, 0) > 0 or amount_ratio(t.year_price, t.paid_ratio) >= t.units then null
              else greatest(amount_ratio(t.year_price, t.paid_ratio), coalesce(a.from_amount, amount(0))) end as best_from,
         b.until_amount
  from tier t
  left join above a on a.estimate = t.estimate and a.billing_currency = t.billing_currency and a.units = t.units
  left join below b on b.estimate = t.estimate and b.billing_currency = t.billing_currency and b.units = t.units
  where t.reason is null
),
burnt as (
  select *, case when reason is null then least(list_cost, period_units) end as used_units,
         case when reason is null then amount_product(period_units, amount_ratio(amount(100 - discount_percent), amount(100))) end as prepaid
  from tier
),
costed as (
  select *, amount(period_units - used_units) as unused_units,
         case when reason is not null then null
              when list_cost > period_units then amount_product(hourly_cost, amount_ratio(amount(list_cost - period_units), list_cost))
              else amount(0) end as overflow
  from burnt
),
summed as (
  select estimate, billing_currency, units, discount_percent, list_cost, hourly_cost, prepaid, used_units, unused_units, overflow, year_price,
         amount(billed_cost - hourly_cost + prepaid + overflow) as cost, reason, seconds,
         amount_part(unused_units, 365, integer_quotient(seconds, 86400)) as unused_in_a_year
  from costed
),
final as (
  select s.estimate, s.billing_currency, s.units, s.discount_percent, s.list_cost, s.hourly_cost, s.prepaid, s.used_units, s.unused_units, s.overflow, s.cost, s.reason,
         s.unused_in_a_year, amount_part(s.list_cost, 365, integer_quotient(s.seconds, 86400)) as list_year_cost,
         amount_part(s.cost, 365, integer_quotient(s.seconds, 86400)) as year_cost, s.year_price,
         case when r.until_amount is null or r.best_from < r.until_amount then r.best_from end as best_from,
         case when r.best_from < r.until_amount then r.until_amount end as best_until,
         cast(row_number() over (partition by s.estimate, s.billing_currency order by s.cost nulls last, s.units) as integer) as place
  from summed s
  left join ranged r on r.estimate = s.estimate and r.billing_currency = s.billing_currency and r.units = s.units
)
select * from final
