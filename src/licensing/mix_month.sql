-- The calendar months of each phase: a monthly price counts days ÷ days_in_month in each, so exactly twelve times in a year.
-- days_before: days of the phase before the month, for parting what runs by the day without losing a unit.
-- grain: one row per span, phase and calendar month
-- key: span, phase, month
with phase_day as (
  select span, phase, days as phase_days, from_day, unnest(days_between(from_day, day_of(day_at(until_day) - 1))) as day from licensing.mix_phase
),
month as (
  select span, phase, phase_days, from_day, cast(date_trunc('month', day) as date) as month, cast(count(*) as bigint) as days,
         max(days_in_month(day)) as days_in_month, min(day) as first_day
  from phase_day
  group by span, phase, phase_days, from_day, cast(date_trunc('month', day) as date)
),
final as (
  select span, phase, month, days, days_in_month, cast(integer_quotient(day_at(first_day) - day_at(from_day), 86400) as bigint) as days_before, phase_days from month
)
select * from final
