-- What became of the findings since the last run, errors and warnings: counted by outcome and check.
-- grain: one row per outcome and check
-- key: outcome, check_name
with now_finding as (
  select distinct check_name, subject from ledger.finding where severity in ('error', 'warning') and exists (select 1 from history.last_run)
),
last_finding as (
  select distinct check_name, subject from history.last_finding where severity in ('error', 'warning')
),
outcome as (
  select case when n.check_name is null then 'fixed' else 'open' end as outcome, l.check_name
  from last_finding l
  left join now_finding n on n.check_name = l.check_name and n.subject = l.subject
  union all
  select 'new', n.check_name
  from now_finding n
  left join last_finding l on n.check_name = l.check_name and n.subject = l.subject
  where l.check_name is null
),
final as (
  select outcome, check_name, cast(count(*) as integer) as findings from outcome group by outcome, check_name
)
select * from final order by outcome, check_name
