-- The best mix machine by machine, for the fleet as it is (estimate base) with licences shared: by the hour at a plan, or on a
-- licence (kind as in mix_block). reason: `pinned` to Plan 2, `cheapest`, or `no server` where no licence is for it.
-- grain: one row per span, phase and machine whose currency and an hourly price in it are known
-- key: span, phase, machine_id
with chosen as (
  select t.span, p.phase, t.billing_currency, t.combination, p.days, p.observed_days
  from licensing.mix_total t
  join licensing.mix_phase p on p.span = t.span
  where t.estimate = 'base' and t.counting = 'shared'
),
hourly as (
  select currency as billing_currency, plan, price, row_number() over (partition by currency order by price, plan) as choice
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2') and price is not null
),
stacked as (
  select *, sum(units) over (partition by span, phase, combination, billing_currency
                             order by unit_price, case kind when 'sunk' then 0 when 'minimum' then 1 when 'kept' then 2 else 3 end, offer_id, monthly_price, renews_on
                             rows unbounded preceding) as until_unit
  from licensing.mix_block
  where estimate = 'base'
),
placed as (
  select c.machine_id, c.place_id, p.place, p.seconds
  from licensing.mix_chain c
  join licensing.mix_place p on p.estimate = c.estimate and p.counting = c.counting and p.place_id = c.place_id
  where c.estimate = 'base' and c.counting = 'shared'
),
final as (
  select c.span, c.phase, m.machine_id, m.billing_currency, m.seconds, l.place_id,
         case when m.is_pinned then 'p2' when s.offer_id is null then h.plan end as plan, s.offer_id, s.kind,
         case when m.is_pinned then 'pinned' when m.is_licensable then 'cheapest' else 'no server' end as reason
  from licensing.mix_machine m
  join chosen c on c.billing_currency = m.billing_currency
  join hourly h on h.billing_currency = m.billing_currency and h.choice = 1
  left join placed l on l.machine_id = m.machine_id
  left join stacked s
    on s.span = c.span and s.phase = c.phase and s.combination = c.combination and s.billing_currency = c.billing_currency
   and l.place > s.until_unit - s.units and l.place <= s.until_unit
   and amount_units(s.unit_price) * 3600 * c.observed_days < amount_units(h.price) * l.seconds * c.days
  where m.estimate = 'base'
)
select * from final
