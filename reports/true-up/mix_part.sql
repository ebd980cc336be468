-- What the best mix of the coming year is made of, phase by phase (a phase ends where owned licences can be given back). way: by the
-- hour on a plan, pinned to Plan 2, or a licence and how it is held.
-- grain: one row per currency, phase, part, offer, kind and price
-- key: billing_currency, phase, part, offer_id, kind, monthly_price
with final as (
  select p.billing_currency, p.phase, h.from_day, h.until_day, p.part, p.offer_id, p.kind, o.name, p.monthly_price, cast(p.places as integer) as places, cast(p.machines as integer) as machines,
         units_amount(integer_quotient(integer_quotient(cast(p.seconds as hugeint) * cast(1000000000000000000000000 as hugeint), 3600) * h.days, h.observed_days)) as hours, p.cost
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  join licensing.mix_phase h on h.span = p.span and h.phase = p.phase
  left join licensing.server_route o on o.offer_id = p.offer_id and o.billing_currency = p.billing_currency
  where p.span = 'year' and p.estimate = 'base' and p.counting = 'shared' and (p.machines > 0 or p.cost > 0)
)
select * from final order by billing_currency, phase, case part when 'licence' then 1 when 'pinned' then 2 else 3 end, monthly_price, offer_id, kind
