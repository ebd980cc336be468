-- The calendar months that the period touches, and how many of their days it covers: a monthly price counts
-- days ÷ days_in_month in each, so exactly once for a whole month.
-- grain: one row per calendar month
-- key: month
with period_day as (
  select unnest(days_between(from_day, day_of(until_at - 1))) as day from config.period
),
final as (
  select cast(date_trunc('month', day) as date) as month, cast(count(*) as integer) as days,
         cast(max(days_in_month(day)) as integer) as days_in_month
  from period_day
  group by 1
)
select * from final
