-- What is odd in the bill of the period against the month before it, with its cause as far as records tell: machines billed
-- while off; machines whose billed hours jumped by half and 24 hours at least; subscriptions billed for the first time;
-- prices of a plan that moved by a tenth of a percent or more. Without an earlier month only the first kind can be told.
-- grain: one row per kind, subject and currency
-- key: kind, subject, billing_currency
with before as (
  select max(h.month) as month from history.machine_month h cross join config.period p where h.month < p.from_day
),
machine_now as (
  select machine_number, billing_currency, amount(sum(billed_hours)) as hours, amount(sum(cost)) as cost
  from ledger.machine_total where machine_number is not null and billing_currency is not null group by machine_number, billing_currency
),
machine_then as (
  select h.machine_id, h.billing_currency, amount(sum(h.billed_hours)) as hours, amount(sum(h.cost)) as cost
  from history.machine_month h join before b on b.month = h.month group by h.machine_id, h.billing_currency
),
while_off as (
  select 'billed_while_off' as kind, m.machine_id as subject, l.billing_currency, max(coalesce(m.name, m.machine_id)) as name, amount(sum(l.billed_hours)) as value_now, cast(null as decimal(38, 24)) as value_then,
         amount(sum(l.cost)) as cost, 'no source saw it on, from ' || cast(min(l.first_day) as varchar) || ' to ' || cast(max(l.last_day) as varchar) as cause
  from ledger.machine_total l join ledger.machine m on m.machine_number = l.machine_number
  where l.bucket = 'billed_while_off'
  group by m.machine_id, l.billing_currency
),
jump as (
  select 'jump_in_hours' as kind, m.machine_id as subject, n.billing_currency, coalesce(m.name, m.machine_id) as name, n.hours as value_now, t.hours as value_then, n.cost - t.cost as cost,
         case when m.created_at >= day_at(b.month) then 'created within the earlier month' when day_of(e.enabled_at) >= b.month then 'its subscription has the plan since ' || cast(day_of(e.enabled_at) as varchar)
              when t.hours = 0 then 'not billed in the earlier month' else 'on for longer' end as cause
  from machine_now n
  join ledger.machine m on m.machine_number = n.machine_number
  join machine_then t on t.machine_id = m.machine_id and t.billing_currency = n.billing_currency
  cross join before b
  left join (
    select subscription_id, max(enabled_at) as enabled_at from normalise.plan_setting
    where plan_name = 'virtualmachines' and scope_level = 'subscription' group by subscription_id
  ) e on e.subscription_id = m.subscription_id
  where n.hours - t.hours >= 24 and n.hours * 2 >= t.hours * 3
),
subscription_then as (
  select distinct h.subscription_id from history.machine_month h join before b on b.month = h.month
),
subscription_now as (
  select l.subscription_id, l.billing_currency, amount(sum(l.cost)) as cost, min(l.first_billed_day) as first_day, count(distinct l.machine_number) as machines
  from ledger.machine_total l where l.billing_currency is not null group by l.subscription_id, l.billing_currency
),
new_subscription as (
  select 'new_subscription' as kind, n.subscription_id as subject, n.billing_currency, coalesce(s.name, n.subscription_id) as name, n.cost as value_now, cast(null as decimal(38, 24)) as value_then, n.cost,
         'first charged on ' || cast(n.first_day as varchar) || ', ' || cast(n.machines as varchar) || case when n.machines = 1 then ' machine' else ' machines' end as cause
  from subscription_now n
  cross join before b
  left join (select subscription_id, max(name) as name from normalise.subscription group by subscription_id) s on s.subscription_id = n.subscription_id
  left join subscription_then t on t.subscription_id = n.subscription_id
  where b.month is not null and t.subscription_id is null and n.subscription_id is not null
),
price_then as (
  select h.charged_plan as plan, h.billing_currency, amount_ratio(amount(sum(h.cost)), amount(sum(h.billed_hours))) as price
  from history.machine_month h join before b on b.month = h.month
  where h.meter = 'standard' and h.billed_hours > 0
  group by h.charged_plan, h.billing_currency
),
price_change as (
  select 'price_change' as kind, n.plan as subject, n.billing_currency, case n.plan when 'p1' then 'Plan 1' else 'Plan 2' end as name, n.hourly_cost as value_now, t.price as value_then,
         amount_product(n.hourly_cost - t.price, n.hours) as cost, 'an hour costs ' || case when n.hourly_cost > t.price then 'more' else 'less' end || ' than in the earlier month' as cause
  from ledger.cost_per_hour n
  join price_then t on t.plan = n.plan and t.billing_currency = n.billing_currency
  where abs(n.hourly_cost - t.price) * 1000 >= t.price
),
final as (
  select * from while_off union all select * from jump union all select * from new_subscription union all select * from price_change
)
select * from final
