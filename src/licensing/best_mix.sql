-- The best mix machine by machine, for the fleet as it is (estimate base) with licences shared: by the hour at a plan, or on a
-- licence (kind as in mix_block). reason: `pinned` to Plan 2, `cheapest`, or `no server` where no licence is for it.
-- grain: one row per span, phase and machine whose currency and an hourly price in it are known
-- key: span, phase, machine_number
with chosen as (
  select t.span, p.phase, t.billing_currency, t.combination
  from licensing.mix_total t
  join licensing.mix_phase p on p.span = t.span
  where t.estimate = 'base' and t.counting = 'shared'
),
hourly as (
  select currency as billing_currency, plan, row_number() over (partition by currency order by price, plan) as choice
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2') and price is not null
),
place as (
  -- in the order of mix_place
  select billing_currency, place_id, seconds, row_number() over (partition by billing_currency order by seconds desc, machines desc, place_id) as place
  from (select m.billing_currency, coalesce(c.place_id, m.machine_number) as place_id, cast(sum(m.seconds) as bigint) as seconds, count(*) as machines
        from licensing.mix_machine m
        left join licensing.mix_chain c on c.estimate = m.estimate and c.machine_number = m.machine_number
        where m.estimate = 'base' and m.is_licensable and m.alive_until_at > m.alive_from_at
        group by m.billing_currency, coalesce(c.place_id, m.machine_number)) s
),
placed as (
  select m.machine_number, p.place_id, p.place
  from licensing.mix_machine m
  left join licensing.mix_chain c on c.estimate = m.estimate and c.machine_number = m.machine_number
  join place p on p.billing_currency = m.billing_currency and p.place_id = coalesce(c.place_id, m.machine_number)
  where m.estimate = 'base' and m.is_licensable and m.alive_until_at > m.alive_from_at
),
filled as (
  select s.span, s.phase, s.billing_currency, s.offer_id, s.kind, least(s.after_unit, s.paying) as after_place, least(s.until_unit, s.paying) as until_place
  from licensing.mix_stack s
  join chosen c on c.span = s.span and c.phase = s.phase and c.combination = s.combination and c.billing_currency = s.billing_currency
  where s.estimate = 'base' and s.counting = 'shared'
),
final as (
  select c.span, c.phase, m.machine_number, m.billing_currency, m.seconds, l.place_id,
         case when m.is_pinned then 'p2' when s.offer_id is null then h.plan end as plan, s.offer_id, s.kind,
         case when m.is_pinned then 'pinned' when m.is_licensable then 'cheapest' else 'no server' end as reason
  from licensing.mix_machine m
  join chosen c on c.billing_currency = m.billing_currency
  join hourly h on h.billing_currency = m.billing_currency and h.choice = 1
  left join placed l on l.machine_number = m.machine_number
  left join filled s on s.span = c.span and s.phase = c.phase and s.billing_currency = c.billing_currency and l.place > s.after_place and l.place <= s.until_place
  where m.estimate = 'base'
)
select * from final
