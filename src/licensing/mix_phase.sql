-- The lengths of time that licences are compared over, cut where owned licences can first be given back. span: `period`
-- (the period itself, one phase) or `year` (the twelve months after it, at the pace of the period). Within a phase no
-- licence changes from paid already to payable, so each phase has one cheapest mix.
-- days: of the phase; observed_days: of the period, whose hours are taken times days ÷ observed_days.
-- grain: one row per span and phase
-- key: span, phase
with bound as (
  select from_day, until_day, months_later(until_day, 12) as year_until_day, cast((until_at - from_at) as bigint) as seconds from config.period
),
cut as (
  select until_day as cut_day from bound
  union
  select t.renews_on
  from licensing.licence_term t
  cross join bound b
  where t.covers = 'server' and t.owned_units > 0 and t.renews_on > b.until_day and t.renews_on < b.year_until_day
),
year as (
  select 'year' as span, cast(row_number() over (order by c.cut_day) as integer) as phase, c.cut_day as from_day,
         coalesce(lead(c.cut_day) over (order by c.cut_day), b.year_until_day) as until_day, b.seconds
  from cut c
  cross join bound b
),
spanned as (
  select 'period' as span, cast(1 as integer) as phase, from_day, until_day, seconds from bound
  union all
  select span, phase, from_day, until_day, seconds from year
),
final as (
  select span, phase, from_day, until_day, cast(integer_quotient(day_at(until_day) - day_at(from_day), 86400) as bigint) as days,
         cast(integer_quotient(seconds, 86400) as bigint) as observed_days
  from spanned
)
select * from final
