-- The cheapest permitted way to license each machine for the period: by the hour at the cheaper plan whose price is known, or
-- a server licence for the whole period. A licence stays with one machine, so servers that follow each other take one each.
-- Only servers in the scope of licences take one; user licences license no server and are not used.
-- Exact by exchange: a licence costs the same on any server, so of two servers the one with more hours gains more from it, and
-- of two licences the cheaper one gains more on any server. Any cheapest assignment can thus be swapped, without getting
-- dearer, into: nth cheapest licence unit to the server with the nth most hours, as long as the unit costs less than the hours.
-- Hours fall and unit prices rise with n, so this stops once and no search is needed.
-- grain: one row per machine whose currency and an hourly price in it are known
-- key: machine_id
with hourly as (
  select currency, plan, price, row_number() over (partition by currency order by price, plan) as choice
  from licensing.offer
  where route = 'hourly' and plan in ('p1', 'p2') and price is not null
),
block as (
  select offer_id, billing_currency, true as is_owned, amount(0) as unit_price, owned_units as units from licensing.server_route where owned_units > 0
  union all
  select offer_id, billing_currency, false, period_price, buyable_units from licensing.server_route where buyable_units > 0
),
stacked as (
  select *,
         sum(units) over (partition by billing_currency order by unit_price, case when is_owned then 0 else 1 end, offer_id rows unbounded preceding) as until_unit
  from block
),
ranked as (
  select h.machine_id, h.billing_currency, h.billable_seconds, p.plan, p.price, coalesce(m.in_licence_scope, false) as is_server,
         row_number() over (partition by h.billing_currency, coalesce(m.in_licence_scope, false) order by h.billable_seconds desc, h.machine_id) as place
  from licensing.machine_hours h
  join hourly p on p.currency = h.billing_currency and p.choice = 1
  join ledger.machine m on m.machine_id = h.machine_id
),
final as (
  select r.machine_id, r.billing_currency, r.billable_seconds,
         case when s.offer_id is null then r.plan end as plan, case when s.offer_id is null then r.price end as hourly_price,
         s.offer_id, s.is_owned, s.unit_price as licence_cost
  from ranked r
  left join stacked s
    on s.billing_currency = r.billing_currency and r.is_server and r.place > s.until_unit - s.units and r.place <= s.until_unit
   and amount_units(s.unit_price) * 3600 < amount_units(r.price) * r.billable_seconds
)
select * from final
