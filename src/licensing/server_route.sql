-- The server licences that the best mix can use: units owned, and units that can be bought at the monthly price. Owned
-- units and a maximum hold for the tenant: they count in the currency with the most servers only.
-- buyable_units: NULL where nothing limits them. minimum_units: the least that can be ordered beyond what is owned; 0 when
-- any number can. left_out: why none can be bought: no price, a limit, or a prerequisite that no licence owned meets.
-- grain: one row per server licence and currency with servers
-- key: offer_id, billing_currency
with owned as (
  select offer_id, sum(coalesce(owned_units, 0)) as units from licensing.licence_term where covers = 'server' and offer_id is not null group by offer_id
),
base_user as (
  select coalesce(sum(enabled_units), 0) as units from licensing.entitlement where offer_id in ('defender-for-business', 'm365-business-premium')
),
fleet as (
  select h.billing_currency, count(*) as servers, row_number() over (order by count(*) desc, h.billing_currency) as choice
  from licensing.machine_hours h
  join ledger.machine m on m.machine_number = h.machine_number and m.in_licence_scope
  where h.billing_currency is not null
  group by h.billing_currency
),
route as (
  select o.offer_id, o.name, f.billing_currency, o.price, o.confidence, o.prerequisite, o.does_not_give, o.minimum_quantity, o.maximum_quantity,
         case when f.choice = 1 then coalesce(w.units, 0) else 0 end as owned_units,
         case when o.price is null then coalesce(o.reason, 'no price is known')
              when o.offer_id = 'defender-for-business-servers' and b.units = 0 then 'no licence of Defender for Business or Microsoft 365 Business Premium is known to be owned'
              when o.maximum_quantity is not null and f.choice > 1 then 'its limit holds for the tenant and is used in another currency' end as left_out
  from fleet f
  cross join base_user b
  join licensing.offer o on o.currency = f.billing_currency and o.route = 'server'
  left join owned w on w.offer_id = o.offer_id
),
final as (
  select offer_id, name, billing_currency, price as monthly_price, confidence, prerequisite, does_not_give as loses, cast(owned_units as bigint) as owned_units,
         cast(case when left_out is not null then 0 when maximum_quantity is not null then greatest(maximum_quantity - owned_units, 0) end as bigint) as buyable_units,
         cast(case when left_out is null then greatest(coalesce(minimum_quantity, 0) - owned_units, 0) else 0 end as bigint) as minimum_units,
         left_out
  from route
)
select * from final
