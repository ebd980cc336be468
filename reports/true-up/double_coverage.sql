-- Charges that another right may already cover, by rule: machines, hours and money of the period.
-- client: hourly charge on a client system, which a user licence covers. service: hourly charge on a machine that a service
-- owns. scale_set: no sensor is possible. benefit and trial: hours on the reduced or free meter. two_plans: both plans
-- charged for one machine and day. server_in_scope: hourly charges of servers that an owned server licence could cover.
-- grain: one row per rule and currency
-- key: rule, billing_currency
with spent as (
  select machine_number, billing_currency, coalesce(is_free, false) as is_free, bucket, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.machine_total
  where billing_currency is not null and machine_number is not null
  group by 1, 2, 3, 4
),
charged as (
  select s.*, m.os_class, m.managed_by, m.in_licence_scope
  from spent s
  join ledger.machine m on m.machine_number = s.machine_number
),
several_plans as (
  select machine_number, billing_currency
  from ledger.machine_total
  where billing_currency is not null and machine_number is not null
  group by machine_number, billing_currency
  having min(charged_plan) <> max(charged_plan)
),
plan_day as (
  select l.machine_number, l.billing_currency, l.day, min(l.charged_plan) as first_plan, max(l.charged_plan) as last_plan,
         amount(sum(l.billed_hours)) as billed_hours, amount(sum(l.cost)) as cost
  from ledger.ledger l
  join several_plans s on s.machine_number = l.machine_number and s.billing_currency = l.billing_currency
  group by l.machine_number, l.billing_currency, l.day
),
line as (
  select case when os_class = 'client' then 'client' when managed_by is not null then 'service' else 'scale_set' end as rule, machine_number, billing_currency, billed_hours, cost
  from charged where bucket = 'paid_not_applicable'
  union all
  select 'server_in_scope', machine_number, billing_currency, billed_hours, cost from charged where in_licence_scope and not is_free
  union all
  select 'two_plans', machine_number, billing_currency, billed_hours, cost from plan_day where first_plan <> last_plan
  union all
  select meter, machine_number, billing_currency, hours, cost from ledger.charge where meter in ('benefit', 'trial')
),
final as (
  select rule, billing_currency, cast(count(distinct machine_number) as integer) as machines, amount(sum(coalesce(billed_hours, 0))) as billed_hours, amount(sum(coalesce(cost, 0))) as cost
  from line
  group by rule, billing_currency
)
select * from final
order by case rule when 'client' then 1 when 'service' then 2 when 'scale_set' then 3 when 'server_in_scope' then 4 when 'benefit' then 5 when 'trial' then 6 else 7 end, billing_currency
