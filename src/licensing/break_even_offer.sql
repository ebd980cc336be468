-- Each server licence against each hourly plan for the whole fleet of a currency: the break-even in hours a month, and
-- how many servers were on longer, shorter, or for an unknown time. never_pays: the break-even lies beyond the longest
-- month (744 hours), so that the licence cannot beat the hourly plan.
-- grain: one row per licence offer, plan and currency
-- key: offer_id, plan, billing_currency
with pair as (
  select s.offer_id, s.name, h.plan, s.currency, s.price as monthly_price, s.confidence, h.price as hourly_price, h.price_origin,
         amount_ratio(s.price, h.price) as break_even_hours, coalesce(s.reason, h.reason) as reason
  from licensing.offer s
  join licensing.offer h on h.route = 'hourly' and h.currency = s.currency and h.plan in ('p1', 'p2')
  join (select distinct billing_currency from licensing.machine_hours) c on c.billing_currency = s.currency
  where s.route = 'server'
),
counted as (
  select offer_id, plan, billing_currency,
         sum(case when cheaper = 'licence' then 1 else 0 end) as above,
         sum(case when cheaper = 'hourly' then 1 else 0 end) as below,
         sum(case when cheaper is null then 1 else 0 end) as undecided
  from licensing.break_even
  group by offer_id, plan, billing_currency
),
final as (
  select p.offer_id, p.name, p.plan, p.currency as billing_currency, p.monthly_price, p.confidence, p.hourly_price, p.price_origin, p.break_even_hours,
         case when p.break_even_hours > 744 then true when p.break_even_hours is not null then false end as never_pays,
         cast(c.above as bigint) as machines_above, cast(c.below as bigint) as machines_below, cast(c.undecided as bigint) as machines_undecided,
         p.reason
  from pair p
  left join counted c on c.offer_id = p.offer_id and c.plan = p.plan and c.billing_currency = p.currency
)
select * from final
