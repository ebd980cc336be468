-- Power and health laid over each other: the running sum of a machine's changes (`state_change`) is the combined state from
-- each on.
-- grain: one row per machine and segment within the period
-- key: machine_number, from_at
with summed as (
  select machine_number, change_at as from_at,
         lead(change_at) over (partition by machine_number order by change_at) as next_at,
         cast(sum(delta) over (partition by machine_number order by change_at rows unbounded preceding) as bigint) as code
  from ledger.state_change
),
final as (
  select s.machine_number, s.from_at, coalesce(s.next_at, m.alive_until_at) as until_at,
         case integer_quotient(s.code, 10) % 10 when 1 then 'running' when 2 then 'stopped' when 3 then 'off' else 'unknown' end as power,
         case s.code % 10 when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as power_evidence,
         case integer_quotient(s.code, 10000) % 10 when 1 then 'healthy' when 2 then 'unhealthy' when 3 then 'not_applicable' else 'unknown' end as health,
         case integer_quotient(s.code, 1000) % 10 when 1 then 'installation' when 2 then 'heartbeat' end as issue,
         case integer_quotient(s.code, 100) % 10 when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as health_evidence
  from summed s
  join ledger.machine m on m.machine_number = s.machine_number
)
select * from final
