-- What is odd in the bill against the month before, the largest money first; twelve, with the count of all.
-- grain: one row per kind, subject and currency
-- key: kind, subject, billing_currency
with ranked as (
  select *, row_number() over (order by abs(cost) desc nulls last, kind, subject, billing_currency) as position, cast(count(*) over () as integer) as rows_in_all
  from integration.anomaly
),
final as (
  select kind, subject, name, billing_currency, value_now, value_then, cost, cause, cast(position as integer) as position, rows_in_all from ranked where position <= 12
)
select * from final order by position
