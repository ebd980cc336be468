-- The cheapest mix of each span, estimate and way of counting, over its phases. A licence bought in one phase is bound for the
-- year: where a later phase would need fewer, those bought go on being paid (idle_cost). A term that is not renewed is gone: units
-- that a later phase needs are renewed, and idle until then (idle_cost, too). bound: what no mix can be cheaper
-- than; gap: how far off the mix can be at most, to twelve decimals, 0 where it is exact. Low and high are for the fleet grown by their factor.
-- cost is NULL where machines are pinned to Plan 2 and its price is not known.
-- grain: one row per span, estimate, counting and currency whose hourly price is known
-- key: span, estimate, counting, billing_currency
with held as (
  select p.span, p.phase, p.estimate, p.counting, p.combination, p.billing_currency, p.unit_price, p.places,
         case p.kind when 'new' then max(p.places) over (partition by p.span, p.estimate, p.counting, p.combination, p.billing_currency, p.offer_id, p.kind, p.monthly_price, p.renews_on
                                                         order by p.phase rows unbounded preceding)
                     else max(p.places) over (partition by p.span, p.estimate, p.counting, p.combination, p.billing_currency, p.offer_id, p.kind, p.monthly_price, p.renews_on
                                              order by p.phase desc rows unbounded preceding) end as held
  from licensing.mix_part p
  where p.part = 'licence' and p.kind in ('new', 'kept') and p.counting <> 'peak'
),
idle as (
  select span, estimate, counting, combination, billing_currency, amount(sum(unit_price * cast(held - places as integer))) as idle_cost
  from held
  group by 1, 2, 3, 4, 5
),
summed as (
  select span, estimate, counting, combination, billing_currency, case when count(cost) = count(*) then amount(sum(cost)) end as cost,
         amount(sum(case when part = 'licence' then cost else amount(0) end)) as licence_cost
  from licensing.mix_part
  where counting <> 'peak'
  group by 1, 2, 3, 4, 5
),
bounded as (
  select span, estimate, combination, billing_currency, amount(sum(bound)) as bound from licensing.mix_bound group by 1, 2, 3, 4
),
judged as (
  select s.span, s.estimate, s.counting, s.combination, s.billing_currency, amount(s.cost + coalesce(i.idle_cost, amount(0))) as cost,
         s.licence_cost, coalesce(i.idle_cost, amount(0)) as idle_cost,
         case when s.counting = 'shared' then b.bound else s.cost end as bound
  from summed s
  left join idle i on i.span = s.span and i.estimate = s.estimate and i.counting = s.counting and i.combination = s.combination and i.billing_currency = s.billing_currency
  left join bounded b on b.span = s.span and b.estimate = s.estimate and b.combination = s.combination and b.billing_currency = s.billing_currency
),
ranked as (
  select *, row_number() over (partition by span, estimate, counting, billing_currency order by cost nulls last, case when combination < 0 then 0 - combination else 0 end, combination) as choice,
         min(bound) over (partition by span, estimate, counting, billing_currency) as least_bound
  from judged
),
final as (
  select r.span, r.estimate, r.counting, r.billing_currency, r.combination, e.factor,
         case when e.factor = 1 then r.cost else amount_product(r.cost, e.factor) end as cost,
         case when e.factor = 1 then amount(r.licence_cost + r.idle_cost) else amount_product(amount(r.licence_cost + r.idle_cost), e.factor) end as licence_cost,
         case when e.factor = 1 then r.least_bound else amount_product(r.least_bound, e.factor) end as bound,
         amount_product(amount(cast(r.cost - r.least_bound as decimal(38, 12))), e.factor) as gap,
         r.idle_cost
  from ranked r
  join licensing.mix_estimate e on e.billing_currency = r.billing_currency and e.estimate = r.estimate
  where r.choice = 1
)
select * from final
