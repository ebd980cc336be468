-- The figures of a month, kept beside those of other months. origin: `records` of this run's folder; what an earlier run
-- said of a month that they do not cover is put beside as `result`.
-- grain: one row per month, figure and currency
-- key: month, figure, billing_currency
with final as (
  select p.from_day as month, f.figure, f.billing_currency, f.value, f.unit, 'records' as origin
  from ledger.figure f
  cross join config.period p
)
select * from final
