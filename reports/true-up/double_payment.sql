-- Servers and client systems that are licensed and billed by the hour.
-- grain: one row per kind and currency of the charges
-- key: kind, billing_currency
with final as (
  select kind, billing_currency, cast(owned as integer) as owned, cast(used as integer) as used, cast(billed_machines as integer) as billed_machines,
         cast(paid_twice as integer) as paid_twice, cost_low, cost_high
  from licensing.double_payment
)
select * from final order by kind, billing_currency
