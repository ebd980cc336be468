-- severity: warning
-- The discount for owned server licences (meter MDATP Benefit) ends when they are renewed: ask for it again in time, or
-- the full price is billed.
with final as (
  select coalesce(subscription_id, 'unknown subscription') as subject, 'hours are billed on the licence-benefit meter, which ends at the renewal of the server licences' as message,
         coalesce(amount_text(sum(hours)), 'unknown') || ' h, ' || coalesce(amount_text(sum(cost)), 'unknown cost') || coalesce(' ' || billing_currency, '') || ', '
           || cast(count(distinct machine_number) as varchar) || ' machines' as evidence
  from ledger.charge
  where meter = 'benefit'
  group by subscription_id, billing_currency
)
select * from final
