-- severity: warning
-- A charge whose meter names neither Plan 1 nor Plan 2 (as bills before April 2022) counts in every total, but not in
-- comparisons between the plans.
with final as (
  select coalesce(subscription_id, 'unknown subscription') as subject, 'charges name neither Plan 1 nor Plan 2' as message,
         cast(count(*) as varchar) || ' lines, ' || coalesce(amount_text(sum(hours)), 'unknown') || ' h, ' || coalesce(amount_text(sum(cost)), 'unknown cost') || coalesce(' ' || billing_currency, '') as evidence
  from ledger.charge
  where plan is null
  group by subscription_id, billing_currency
)
select * from final
