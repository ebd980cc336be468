-- The plan of the machine, equal days in one row, with what proved it.
-- grain: one row per run of days
-- key: from_day
with compared as (
  select n.day, n.plan, n.source, n.evidence,
         case when n.plan = lag(n.plan) over w and coalesce(n.source, '') = coalesce(lag(n.source) over w, '') and n.evidence = lag(n.evidence) over w
               and n.day = next_day(lag(n.day) over w) then 0 else 1 end as is_new
  from ledger.plan n
  join config.explained e on e.machine_id = n.machine_id
  window w as (order by n.day)
),
numbered as (
  select *, sum(is_new) over (order by day rows unbounded preceding) as run from compared
),
final as (
  select min(day) as from_day, max(day) as to_day, min(plan) as plan, replace(min(source), '_', ' ') as proved_by, min(evidence) as evidence
  from numbered
  group by run
)
select * from final
order by from_day
