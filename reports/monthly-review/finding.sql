-- Findings of severity warning and error, per check with one example.
-- grain: one row per check and severity
-- key: check_name, severity
with ranked as (
  select *, row_number() over (partition by check_name, severity order by subject, message, evidence) as choice,
         count(*) over (partition by check_name, severity) as findings
  from ledger.finding
  where severity in ('error', 'warning')
),
subscription as (
  select subscription_id, max(name) as name from normalise.subscription group by subscription_id
),
final as (
  select r.check_name, r.severity, cast(r.findings as integer) as findings, coalesce(s.name, r.subject, '') as subject, coalesce(r.message, '') as message, coalesce(r.evidence, '') as evidence
  from ranked r
  left join subscription s on s.subscription_id = r.subject
  where r.choice = 1
)
select * from final order by case severity when 'error' then 1 else 2 end, findings desc, check_name
