-- What the checks found. place: 0 for an identity that does not hold, then errors, warnings, the rest.
-- grain: one row per finding
-- key: place, check_name, subject, message, evidence
with final as (
  select check_name, case severity when 'broken' then 'error' else severity end as severity, coalesce(subject, '') as subject, coalesce(message, '') as message,
         coalesce(evidence, '') as evidence, cast(case severity when 'broken' then 0 when 'error' then 1 when 'warning' then 2 else 3 end as integer) as place
  from ledger.finding
)
select * from final order by place, check_name, subject, message, evidence
