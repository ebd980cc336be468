-- The pre-purchase plan of Defender for Cloud against the bill, over a year at the pace of the period: units of one US dollar at
-- list price, paid in advance at a discount (pre_purchase_tier.csv; other tiers are not public), lost when they are left at the
-- end of the year. Units burn down at list price, so a negotiated discount does not add to theirs: a dollar of units replaces
-- the hours that a dollar buys at list price, whatever those cost on the bill. Hours beyond the units are paid as billed;
-- charges that are no standard hour of a plan stay as they are. The plan can be used on other resources too; here it is for
-- servers alone. Units are sold in US dollars only.
-- cost: what the year would cost, for the length of the period. place: 1 is the cheapest tier; larger ones need not save.
-- grain: one row per tier and currency of the bill
-- key: billing_currency, units
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
  select billing_currency, amount(sum(cost)) as cost from ledger.ledger where billing_currency is not null group by billing_currency
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
tier as (
  -- the units that a year uses up, for the length of the period: units × seconds ÷ seconds of a year
  select j.*, t.units, t.discount_percent,
         units_amount(integer_quotient(amount_units(amount(t.units)) * j.seconds, cast(31536000 as hugeint))) as period_units
  from judged j
  cross join licensing.pre_purchase_tier t
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
  select billing_currency, units, discount_percent, list_cost, hourly_cost, prepaid, used_units, unused_units, overflow,
         amount(billed_cost - hourly_cost + prepaid + overflow) as cost, reason,
         units_amount(integer_quotient(amount_units(unused_units) * 31536000, seconds)) as unused_in_a_year
  from costed
),
final as (
  select *, cast(row_number() over (partition by billing_currency order by cost nulls last, units) as integer) as place from summed
)
select * from final
