-- Each user licence for the machines of a currency, at the devices that one user may have. A user licence never licenses
-- a server: for servers the row is a comparison and not permitted. For client systems it is an option; the users are
-- not known, so it is the least number of users whose devices the machines can be.
-- billed_cost: what these machines cost by the hour, per the ledger.
-- grain: one row per offer, billing currency and counted (servers | clients)
-- key: offer_id, billing_currency, counted
with billed as (
  select m.os_class, l.billing_currency, amount(sum(l.cost)) as billed_cost
  from ledger.machine_total l
  join ledger.machine m on m.machine_number = l.machine_number
  where m.managed_by is null and l.billing_currency is not null
  group by m.os_class, l.billing_currency
),
billed_kind as (
  select case os_class when 'client' then 'clients' else 'servers' end as counted, billing_currency, amount(sum(billed_cost)) as billed_cost
  from billed
  group by 1, 2
),
counted as (
  select o.offer_id, o.name, k.billing_currency, k.counted, o.price, o.reason as price_reason, o.does_not_give, o.prerequisite, o.confidence,
         k.machines, k.peak_day, integer_quotient(k.machines + coalesce(o.devices_per_user, 1) - 1, coalesce(o.devices_per_user, 1)) as users,
         coalesce(o.devices_per_user, 1) as devices_per_user
  from licensing.peak k
  join licensing.offer o on o.currency = k.billing_currency and o.route = 'user'
  where k.scope = 'currency' and k.counted in ('servers', 'clients')
),
costed as (
  select c.offer_id, c.billing_currency, c.counted,
         units_amount(sum(integer_quotient(amount_units(c.price) * c.users * m.days, m.days_in_month))) as cost
  from counted c
  cross join licensing.month_share m
  where c.price is not null
  group by c.offer_id, c.billing_currency, c.counted
),
final as (
  select c.offer_id, c.name, c.billing_currency, c.counted, c.price as monthly_price, c.confidence, c.machines, c.peak_day, c.devices_per_user,
         cast(c.users as bigint) as users, p.cost, b.billed_cost,
         case when c.counted = 'clients' then true else false end as permitted,
         case when c.price is null then c.price_reason end as reason, c.prerequisite, c.does_not_give as loses,
         case when c.counted = 'servers' then 'not permitted: a user licence never licenses a server' end as note
  from counted c
  left join costed p on p.offer_id = c.offer_id and p.billing_currency = c.billing_currency and p.counted = c.counted
  left join billed_kind b on b.billing_currency = c.billing_currency and b.counted = c.counted
)
select * from final
