-- Why sensors were not healthy at the end of each machine's life in the period: the issue with the service's message or the
-- extension's code and its remedy, or why a sensor does not apply.
-- grain: one row per health, issue, reason and remedy
-- key: health, issue, reason, remedy
with ended as (
  select h.machine_number, h.health, h.issue, h.message, row_number() over (partition by h.machine_number order by h.from_at desc) as newest from ledger.health h
),
reason as (
  select e.machine_number, e.health, coalesce(e.issue, '') as issue, m.name,
         case when e.health = 'not_applicable' then
                case when m.os_class = 'client' then 'a client system: a user licence covers it' when m.managed_by is not null then 'owned by ' || m.managed_by
                     when m.orchestration_mode = 'uniform' then 'a uniform scale set' else 'a system that Defender for Endpoint does not support' end
              when e.health = 'unhealthy' and e.issue = 'installation' and f.error_code is not null then 'code ' || f.error_code || coalesce(': ' || f.error_words, '')
              else coalesce(e.message, 'nothing is known') end as reason,
         case when e.health = 'unhealthy' and e.issue = 'installation' and f.is_deployment_off then 'Switch deployment of the sensor on in the subscription'
              when e.health = 'unhealthy' and e.issue = 'installation' then coalesce(f.remedy, 'See whether the machine was deployed to at all, then install the extension')
              when e.health = 'unhealthy' then 'Check proxy and firewall towards the service, then the sensor on the machine' end as remedy,
         f.error_message
  from ended e
  join ledger.machine m on m.machine_number = e.machine_number
  join actions.machine_fact f on f.machine_number = e.machine_number
  where e.newest = 1 and e.health in ('unhealthy', 'not_applicable')
),
final as (
  select health, issue, reason, remedy, cast(count(*) as integer) as machines, min(name) as example, max(error_message) as service_message
  from reason
  group by health, issue, reason, remedy
)
select * from final
