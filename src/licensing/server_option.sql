-- Each server licence for the servers of a currency: one for every server of the peak, on or off, at least the offer's
-- minimum and at most its maximum (which holds for the tenant). The monthly price counts by days ÷ days of the month in
-- months that the period covers in part.
-- uncovered_machines: servers of the peak beyond the maximum.
-- grain: one row per offer and billing currency
-- key: offer_id, billing_currency
with estate as (
  select coalesce(max(machines), 0) as machines from licensing.peak where scope = 'estate' and counted = 'servers'
),
owned as (
  select offer_id, sum(enabled_units) as owned_units from licensing.entitlement where offer_id is not null group by offer_id
),
counted as (
  select o.offer_id, o.name, k.billing_currency, o.price, o.price_origin, o.confidence, o.reason as price_reason, o.prerequisite, o.does_not_give, o.maximum_quantity,
         k.machines as peak_machines, k.peak_day, e.machines as estate_machines, coalesce(w.owned_units, 0) as owned_units,
         least(greatest(k.machines, coalesce(o.minimum_quantity, 0)), coalesce(o.maximum_quantity, greatest(k.machines, coalesce(o.minimum_quantity, 0)))) as quantity
  from licensing.peak k
  cross join estate e
  join licensing.offer o on o.currency = k.billing_currency and o.route = 'server'
  left join owned w on w.offer_id = o.offer_id
  where k.scope = 'currency' and k.counted = 'servers'
),
costed as (
  select c.offer_id, c.billing_currency,
         units_amount(sum(integer_quotient(amount_units(c.price) * c.quantity * m.days, m.days_in_month))) as cost
  from counted c
  cross join licensing.month_share m
  where c.price is not null
  group by c.offer_id, c.billing_currency
),
final as (
  select c.offer_id, c.name, c.billing_currency, c.price as monthly_price, c.price_origin, c.confidence, c.peak_machines, c.peak_day,
         cast(c.quantity as bigint) as quantity,
         cast(greatest(c.peak_machines - c.quantity, 0) as bigint) as uncovered_machines,
         cast(c.owned_units as bigint) as owned_units,
         p.cost,
         case when c.maximum_quantity is null or c.estate_machines <= c.maximum_quantity then true else false end as permitted,
         case when c.price is null then c.price_reason end as reason,
         c.prerequisite, c.does_not_give as loses,
         case when c.maximum_quantity < c.estate_machines
              then 'at most ' || cast(c.maximum_quantity as varchar) || ' servers of a tenant can have it, and ' || cast(c.estate_machines as varchar) || ' exist at once' end as note
  from counted c
  left join costed p on p.offer_id = c.offer_id and p.billing_currency = c.billing_currency
)
select * from final
