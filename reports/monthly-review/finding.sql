-- Findings of severity warning and error, per check with one example.
-- grain: one row per check and severity
-- key: check_name, severity
with ranked as (
  select *, row_number() over (partition by check_name, severity order by subject, message, evidence) as choice,
         count(*) over (partition by check_name, severity) as findings
  from ledger.finding
  where severity in ('error', 'warning')
),
final as (
  select check_name, severity, cast(findings as integer) as findings, coalesce(subject, '') as subject, coalesce(message, '') as message, coalesce(evidence, '') as evidence
  from ranked
  where choice = 1
)
select * from final order by case severity when 'error' then 1 else 2 end, findings desc, check_name
