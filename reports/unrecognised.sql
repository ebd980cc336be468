-- Defender lines of the bill that no rule recognises: not part of any total.
-- grain: one row per currency and meter
-- key: billing_currency, meter_name, product_name
with final as (
  select billing_currency, coalesce(meter_name, '') as meter_name, coalesce(product_name, '') as product_name, cast(count(*) as integer) as lines, amount(sum(cost)) as cost
  from ledger.unrecognised_defender_line
  group by billing_currency, coalesce(meter_name, ''), coalesce(product_name, '')
)
select * from final order by billing_currency, abs(cost) desc nulls last, meter_name, product_name limit 25
