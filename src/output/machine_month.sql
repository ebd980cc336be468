-- What each machine was charged in each month that is known: the earlier months of the folder and, where the period is a
-- calendar month, the period.
-- grain: one row per month, machine, subscription, plan, meter and currency
-- key: month, machine_id, subscription_id, charged_plan, meter, billing_currency
with final as (
  select substr(cast(h.month as varchar), 1, 7) as month, m.name as machine, m.owner, h.charged_plan, h.meter, h.billing_currency, h.billed_hours, h.cost,
         h.machine_id, h.subscription_id
  from history.machine_month h
  left join ledger.machine m on m.machine_id = h.machine_id
)
select * from final
