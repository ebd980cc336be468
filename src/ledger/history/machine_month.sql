-- What each machine was charged in a month.
-- grain: one row per month, machine, subscription, plan, meter and currency; machine_id NULL: nobody is known
-- key: month, machine_id, subscription_id, charged_plan, meter, billing_currency
with summed as (
  select machine_number, subscription_id, charged_plan, case when is_free then 'free' else 'standard' end as meter,
         billing_currency, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.machine_total
  where billing_currency is not null
  group by 1, 2, 3, 4, 5
),
final as (
  select p.from_day as month, m.machine_id, s.subscription_id, s.charged_plan, s.meter, s.billing_currency, s.billed_hours, s.cost
  from summed s
  cross join config.period p
  left join ledger.machine m on m.machine_number = s.machine_number
)
select * from final
