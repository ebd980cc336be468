-- When a machine's power or health changes, each as a change of one number: power in the lower digits, health in the upper.
-- The sum of all changes up to a moment is the state from that moment on (`state_segment`).
-- grain: one row per machine and moment at which its state changes
-- key: machine_number, change_at
with power_state as (
  select machine_number, from_at,
         (case power when 'running' then 1 when 'stopped' then 2 when 'off' then 3 else 4 end) * 10
           + (case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as code
  from ledger.power
),
health_state as (
  select machine_number, from_at,
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
final as (
  select machine_number, change_at, cast(sum(delta) as integer) as delta from change group by machine_number, change_at
)
select * from final
