-- The pre-purchase plan of Defender for Cloud for the protected hours that no other action claims: units of one US dollar at
-- list price, bought for a year at a discount (src/licensing/pre_purchase_tier.csv; other tiers are not public). Units burn down at list
-- price, so that a negotiated discount does not add to it: the saving is what was paid less the discounted list price. The
-- tier is the largest that these hours use up in a year; hours beyond its units are paid as before. In US dollars only.
-- Low: nothing, because units that are left at the end of the year are lost.
-- grain: one row per spending
-- key: spending_id
with claimed as (
  select spending_id from actions.remove_duplicate union select spending_id from actions.direct_on_plan_1
  union select spending_id from actions.claim_benefit union select spending_id from actions.use_plan_1
),
list as (
  select o.plan, o.price, row_number() over (partition by o.plan order by o.valid_from desc) as newest
  from licensing.bundled_offer o
  cross join config.period p
  where o.route = 'hourly' and o.currency = 'USD' and o.valid_from < p.until_day and coalesce(o.valid_until, p.until_day) >= p.from_day and o.price is not null
),
open as (
  select s.spending_id, s.cost, amount_product(s.billed_hours, l.price) as list_cost
  from actions.spending s
  join list l on l.plan = s.charged_plan and l.newest = 1
  left join claimed c on c.spending_id = s.spending_id
  where s.bucket = 'protected' and not s.is_free and s.billing_currency = 'USD' and s.cost > 0 and s.billed_hours > 0 and c.spending_id is null
),
year as (
  select amount(sum(o.list_cost) * 365) as list_cost_days, cast(max(p.until_at - p.from_at) as bigint) as seconds from open o cross join config.period p
),
annual as (
  select amount_part(list_cost_days, 86400, seconds) as list_cost from year where list_cost_days is not null
),
tier as (
  select t.units, t.discount_percent, a.list_cost, row_number() over (order by t.units desc) as choice
  from licensing.pre_purchase_tier t
  join annual a on a.list_cost >= t.units
),
priced as (
  select o.spending_id, t.units, t.discount_percent,
         o.cost - amount_product(o.list_cost, amount_ratio(amount(100 - t.discount_percent), amount(100))) as saving, amount_ratio(amount(t.units), t.list_cost) as covered
  from open o
  join tier t on t.choice = 1
),
final as (
  select spending_id, amount(0) as low, amount_product(saving, covered) as base, amount_product(saving, covered) as high,
         cast(units as varchar) || ' units at ' || cast(discount_percent as varchar) || ' % less than list price' as detail
  from priced
  where saving > 0
)
select * from final
