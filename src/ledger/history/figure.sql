-- The figures of a month, kept beside those of other months.
-- grain: one row per month, figure and currency
-- key: month, figure, billing_currency
with final as (
  select p.from_day as month, f.figure, f.billing_currency, f.value, f.unit
  from ledger.figure f
  cross join config.period p
)
select * from final
