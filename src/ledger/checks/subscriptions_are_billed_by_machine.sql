-- severity: info
-- A subscription billed in one line says nothing of its machines: their hours and cost are allocated by the time they
-- were on, and prove nothing of a single machine.
with final as (
  select coalesce(subscription_id, 'unknown subscription') as subject, 'the subscription is billed as a whole: hours of each machine are allocated, not billed' as message,
         cast(count(*) as varchar) || ' lines, ' || coalesce(amount_text(sum(hours)), 'unknown') || ' h, ' || coalesce(amount_text(sum(cost)), 'unknown cost') || coalesce(' ' || billing_currency, '') as evidence
  from ledger.charge
  where grain = 'subscription'
  group by subscription_id, billing_currency
)
select * from final
