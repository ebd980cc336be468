-- The server licences that the best mix can use: units owned (paid already, so they cost nothing more) and units that can be
-- bought for the period, at the monthly price by days ÷ days of the month. Owned units and a maximum hold for the tenant:
-- they count in the currency with the most servers only. buyable_units: as many as there are servers unless limited.
-- left_out: why none can be bought: no price, a limit, a prerequisite that no licence owned meets, or a minimum order, which
-- the mix does not weigh.
-- grain: one row per server licence and currency with servers
-- key: offer_id, billing_currency
with owned as (
  select offer_id, sum(enabled_units) as units from licensing.entitlement where offer_id is not null group by offer_id
),
base_user as (
  select coalesce(sum(enabled_units), 0) as units from licensing.entitlement where offer_id in ('defender-for-business', 'm365-business-premium')
),
fleet as (
  select h.billing_currency, count(*) as servers, row_number() over (order by count(*) desc, h.billing_currency) as choice
  from licensing.machine_hours h
  join ledger.machine m on m.machine_id = h.machine_id and m.in_licence_scope
  where h.billing_currency is not null
  group by h.billing_currency
),
monthly as (
  select o.offer_id, o.currency, units_amount(sum(integer_quotient(amount_units(o.price) * m.days, m.days_in_month))) as period_price
  from licensing.offer o
  cross join licensing.month_share m
  where o.route = 'server' and o.price is not null
  group by o.offer_id, o.currency
),
route as (
  select o.offer_id, o.name, f.billing_currency, f.servers, o.price, p.period_price, o.confidence, o.prerequisite, o.does_not_give, o.maximum_quantity,
         case when f.choice = 1 then coalesce(w.units, 0) else 0 end as owned_units,
         case when o.price is null then coalesce(o.reason, 'no price is known')
              when o.offer_id = 'defender-for-business-servers' and b.units = 0 then 'no licence of Defender for Business or Microsoft 365 Business Premium is known to be owned'
              when o.minimum_quantity > 1 then 'it has a minimum order of ' || cast(o.minimum_quantity as varchar)
              when o.maximum_quantity is not null and f.choice > 1 then 'its limit holds for the tenant and is used in another currency' end as left_out
  from fleet f
  cross join base_user b
  join licensing.offer o on o.currency = f.billing_currency and o.route = 'server'
  left join monthly p on p.offer_id = o.offer_id and p.currency = o.currency
  left join owned w on w.offer_id = o.offer_id
),
final as (
  select offer_id, name, billing_currency, price as monthly_price, period_price, confidence, prerequisite, does_not_give as loses,
         cast(owned_units as bigint) as owned_units,
         cast(case when left_out is not null then 0
                   when maximum_quantity is null then servers
                   else greatest(maximum_quantity - owned_units, 0) end as bigint) as buyable_units,
         left_out
  from route
)
select * from final
