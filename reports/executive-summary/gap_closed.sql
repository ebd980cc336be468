-- Sensors at the first and the last moment of each machine's life in the period: closed (unhealthy, then healthy), opened
-- (healthy, then unhealthy), open at the end.
-- grain: one row
-- key: none
with ends as (
  select machine_number, min_by(health, from_at) as first_health, max_by(health, from_at) as last_health, max(until_at) as until_at,
         max(case when health in ('healthy', 'unhealthy') then 1 else 0 end) as is_judged
  from ledger.health group by machine_number
),
final as (
  select cast(coalesce(sum(case when first_health = 'unhealthy' and last_health = 'healthy' then 1 else 0 end), 0) as integer) as closed,
         cast(coalesce(sum(case when first_health = 'healthy' and last_health = 'unhealthy' then 1 else 0 end), 0) as integer) as opened,
         cast(coalesce(sum(case when last_health = 'unhealthy' and e.until_at = p.until_at then 1 else 0 end), 0) as integer) as open_at_end,
         cast(coalesce(sum(is_judged), 0) as integer) as judged_machines
  from ends e
  cross join config.period p
)
select * from final
