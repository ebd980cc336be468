-- The whole calendar months before the period, twelve at most, that the cost data covers from its first month on.
-- grain: one row per month
-- key: from_day
with span as (
  select min(first_day) as first_day from normalise.cost_total where first_day is not null
),
month as (
  select months_later(cast(date_trunc('month', p.from_day) as date), -n) as from_day
  from (select unnest(whole_numbers(1, 12)) as n) s
  cross join config.period p
),
final as (
  select m.from_day, months_later(m.from_day, 1) as until_day
  from month m
  cross join span s
  where m.from_day >= cast(date_trunc('month', s.first_day) as date)
)
select * from final order by from_day
