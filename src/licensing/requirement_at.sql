-- The requirement around each renewal: machines by route on the day of the renewal (the anniversary), 30 and 60 days before
-- it, as far as the period covers these days; else NULL with the reason. The renewals are the next one of each entry of
-- `licences` (licence_term), and one that lies inside the period: named as such, or a term before the next.
-- counting: as in requirement. machines: the most at once on that day; suites count what is there on the day of the order.
-- grain: one row per renewal date, days before it, route and population
-- key: renews_on, days_before, route, population
with renewal as (
  select renews_on from licensing.licence_term where renews_on is not null
  union
  select t.renews_on
  from (
    select stated_renews_on as renews_on from licensing.licence_term
    union
    select months_later(renews_on, 0 - term_months) from licensing.licence_term
  ) t
  join config.period p on t.renews_on >= p.from_day and t.renews_on < p.until_day
),
wanted as (
  select r.renews_on, b.days_before, days_later(r.renews_on, 0 - b.days_before) as day
  from renewal r
  cross join (select 0 as days_before union all select 30 union all select 60) b
),
final as (
  select w.renews_on, w.days_before, w.day, q.route, q.population, q.counting, d.peak_machines as machines, d.mean_machines,
         case when d.day is not null then null
              when w.day >= p.until_day then 'the day lies after the period, which ends on ' || cast(day_of(p.until_at - 1) as varchar)
              else 'the day lies before the period, which starts on ' || cast(p.from_day as varchar) end as reason
  from wanted w
  cross join licensing.requirement q
  cross join config.period p
  left join licensing.requirement_day d on d.route = q.route and d.population = q.population and d.day = w.day
)
select * from final
