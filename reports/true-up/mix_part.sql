-- What the best mix of the coming year is made of, phase by phase: a phase ends where owned licences can be given back; a currency
-- without licences has one. Licences that are paid and idle, because a later part of the year needs them, stand last. Way: by the hour on a plan, pinned to Plan 2, or a licence and how it is held.
-- grain: one row per currency, phase, part, offer, kind and price
-- key: billing_currency, phase, part, offer_id, kind, monthly_price
with chosen as (
  select p.*, h.from_day, h.until_day, h.days, h.observed_days,
         max(case when p.part = 'licence' and (p.places > 0 or p.cost > 0) then 1 else 0 end) over (partition by p.billing_currency) as has_licence
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  join licensing.mix_phase h on h.span = p.span and h.phase = p.phase
  where p.span = 'year' and p.estimate = 'base' and p.counting = 'shared'
),
phased as (
  select billing_currency, phase, has_licence, part, offer_id, kind, monthly_price, from_day, until_day, sum(places) as places, sum(machines) as machines,
         amount(sum(units_amount(integer_quotient(integer_quotient(wide_whole(seconds) * wide_whole(1000000000000000000000000), 3600) * days, observed_days)))) as hours,
         case when count(cost) = count(*) then amount(sum(cost)) end as cost
  from chosen
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9
),
gathered as (
  select billing_currency, case when has_licence = 1 then phase else 1 end as phase, part, offer_id, kind, monthly_price, min(from_day) as from_day, max(until_day) as until_day,
         max(places) as places, max(machines) as machines, amount(sum(hours)) as hours, case when count(cost) = count(*) then amount(sum(cost)) end as cost
  from phased
  group by 1, 2, 3, 4, 5, 6
  union all
  select t.billing_currency, max(h.phase) + 1, 'idle', 'idle', 'idle', amount(0), min(h.from_day), max(h.until_day), 0, 0, amount(0), max(t.idle_cost)
  from licensing.mix_total t
  join licensing.mix_phase h on h.span = t.span
  where t.span = 'year' and t.estimate = 'base' and t.counting = 'shared' and t.idle_cost > 0
  group by t.billing_currency
),
final as (
  select g.billing_currency, cast(g.phase as integer) as phase, g.from_day, g.until_day, g.part, g.offer_id, g.kind, o.name, g.monthly_price, cast(g.places as integer) as places,
         cast(g.machines as integer) as machines, g.hours, g.cost
  from gathered g
  left join licensing.server_route o on o.offer_id = g.offer_id and o.billing_currency = g.billing_currency
  where g.machines > 0 or g.cost > 0
)
select * from final order by billing_currency, phase, case part when 'licence' then 1 when 'pinned' then 2 else 3 end, monthly_price, offer_id, kind
