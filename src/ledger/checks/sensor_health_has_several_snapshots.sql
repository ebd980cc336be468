-- severity: warning
-- Sensor health has no history: one listing describes the four hours before it, and a whole period is assumed from it.
-- Collect listings during the month.
with final as (
  select 'Defender for Endpoint' as subject, 'one device listing stands for the whole period' as message, 'taken ' || moment_text(max(as_of_at)) as evidence
  from ledger.endpoint_snapshot
  having count(distinct as_of_at) = 1
)
select * from final
