-- Time and money by bucket, for the summary.
-- grain: one row per bucket and currency
-- key: bucket, billing_currency
with final as (
  select bucket, billing_currency, count(distinct machine_number) as machines, hours_of_seconds(sum(seconds)) as hours,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.machine_total
  group by bucket, billing_currency
)
select * from final
