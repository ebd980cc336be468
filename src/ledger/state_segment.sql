-- Power and health laid over each other. Both are turned into changes of one number (power in the lower digits, health
-- in the upper), whose running sum over a machine's change points is the combined state from each point on.
-- grain: one row per machine and segment within the period
-- key: machine_number, from_at
with power_state as (
  select machine_number, from_at, until_at,
         (case power when 'running' then 1 when 'stopped' then 2 when 'off' then 3 else 4 end) * 10
           + (case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as code
  from ledger.power
),
health_state as (
  select machine_number, from_at, until_at,
         ((case health when 'healthy' then 1 when 'unhealthy' then 2 when 'not_applicable' then 3 else 4 end) * 100
           + (case issue when 'installation' then 1 when 'heartbeat' then 2 else 3 end) * 10
           + (case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end)) * 100 as code
  from ledger.health
),
change as (
  select machine_number, from_at as change_at, code - coalesce(lag(code) over (partition by machine_number order by from_at), 0) as delta from power_state
  union all
  select machine_number, from_at as change_at, code - coalesce(lag(code) over (partition by machine_number order by from_at), 0) as delta from health_state
),
point as (
  select machine_number, change_at, sum(delta) as delta from change group by machine_number, change_at
),
summed as (
  select machine_number, change_at as from_at,
         lead(change_at) over (partition by machine_number order by change_at) as next_at,
         cast(sum(delta) over (partition by machine_number order by change_at rows unbounded preceding) as bigint) as code
  from point
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
