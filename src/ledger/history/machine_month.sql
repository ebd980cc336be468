-- What each machine was charged in a month.
-- grain: one row per month, machine, subscription, plan, meter and currency; machine_id NULL: nobody is known
-- key: month, machine_id, subscription_id, charged_plan, meter, billing_currency
with final as (
  select p.from_day as month, m.machine_id, l.subscription_id, l.charged_plan, case when l.is_free then 'free' else 'standard' end as meter,
         l.billing_currency, amount(sum(l.billed_hours)) as billed_hours, amount(sum(l.cost)) as cost
  from ledger.ledger l
  cross join config.period p
  left join ledger.machine m on m.machine_number = l.machine_number
  where l.billing_currency is not null
  group by 1, 2, 3, 4, 5, 6
)
select * from final
