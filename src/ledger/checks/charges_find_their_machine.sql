-- severity: warning
-- Charges whose machine or subscription no source knows stand in the bucket "unattributed": the residual of the bill.
with final as (
  select coalesce(subscription_id, 'unknown subscription') as subject, 'no source knows the machine that these charges belong to' as message,
         coalesce(amount_text(sum(billed_hours)), 'unknown') || ' h, ' || coalesce(amount_text(sum(cost)), 'unknown cost') || coalesce(' ' || billing_currency, '')
           || ', ' || cast(min(first_day) as varchar) || ' to ' || cast(max(last_day) as varchar) as evidence
  from ledger.machine_total
  where bucket = 'unattributed'
  group by subscription_id, billing_currency
)
select * from final
