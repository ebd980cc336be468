-- The currency that a machine is billed in: that of its subscription, else that of its own charges (a machine of direct
-- onboarding is charged in another subscription), else the only currency of the bill. NULL where none of these tells.
-- grain: one row per machine that exists in the period
-- key: machine_number
with subscription_cost as (
  select subscription_id, billing_currency,
         row_number() over (partition by subscription_id order by count(*) desc, billing_currency) as choice
  from ledger.charge
  where billing_currency is not null and subscription_id is not null
  group by subscription_id, billing_currency
),
own_cost as (
  select machine_number, billing_currency,
         row_number() over (partition by machine_number order by count(*) desc, billing_currency) as choice
  from ledger.charge
  where billing_currency is not null and machine_number is not null
  group by machine_number, billing_currency
),
only_currency as (
  select min(billing_currency) as billing_currency from ledger.charge where billing_currency is not null
  having count(distinct billing_currency) = 1
),
final as (
  select m.machine_number, coalesce(s.billing_currency, o.billing_currency, b.billing_currency) as billing_currency
  from ledger.machine m
  left join subscription_cost s on s.subscription_id = m.subscription_id and s.choice = 1
  left join own_cost o on o.machine_number = m.machine_number and o.choice = 1
  left join only_currency b on 1 = 1
  where m.alive_from_at is not null
)
select * from final
