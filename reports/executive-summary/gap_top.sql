-- The largest gaps by owner (by subscription where no machine has an owner): running hours with an unhealthy sensor, paid
-- or not, with the money paid for them in the owner's largest currency shown per currency.
-- grain: one row per owner and currency; currency NULL where nothing was paid
-- key: position, billing_currency
with has_owner as (
  select max(case when owner is not null then 1 else 0 end) as has_owners from ledger.machine where alive_from_at is not null
),
gap as (
  select l.machine_number, case when o.has_owners = 1 then m.owner else coalesce(m.subscription_name, m.subscription_id) end as owner, o.has_owners,
         l.seconds, l.cost, l.billing_currency
  from ledger.machine_total l
  join ledger.machine m on m.machine_number = l.machine_number
  cross join has_owner o
  where l.power = 'running' and l.health = 'unhealthy'
),
owner as (
  select owner, max(has_owners) as has_owners, count(distinct machine_number) as machines, sum(seconds) as seconds,
         row_number() over (order by sum(seconds) desc, count(distinct machine_number) desc, owner nulls last) as position
  from gap group by owner
),
money as (
  select owner, billing_currency, amount(sum(cost)) as cost from gap where billing_currency is not null group by owner, billing_currency
),
final as (
  select cast(o.position as integer) as position, o.owner, o.has_owners = 1 as has_owners, cast(o.machines as integer) as machines,
         hours_of_seconds(cast(o.seconds as bigint)) as hours, m.billing_currency, m.cost
  from owner o
  left join money m on m.owner is not distinct from o.owner
  where o.position <= 3
)
select * from final order by position, billing_currency
