-- Where the endpoint recommendation of Defender for Cloud and the sensor's own state disagree: passes without our healthy
-- sensor (another vendor's, or a stale result), fails with a healthy one. The recommendation is judged without an agent,
-- about once a day; the nearest verdict of the sensor at its moment is compared.
-- grain: one row per machine and recommendation
-- key: machine_number, assessment_key
with assessed as (
  select i.machine_number, a.assessment_key, a.display_name, a.status_code, a.description, a.snapshot_at,
         row_number() over (partition by i.machine_number, a.assessment_key order by a.snapshot_at desc, a.file_id desc) as newest
  from normalise.assessment a
  join ledger.machine_identity i on i.resource_id = a.resource_id and i.from_at <= a.snapshot_at and a.snapshot_at < i.until_at
  where a.assessment_key = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
),
near as (
  select a.machine_number, v.health, v.message, row_number() over (partition by a.machine_number order by greatest(v.first_at - a.snapshot_at, a.snapshot_at - v.last_at, 0), v.first_at) as nearest
  from assessed a
  join ledger.verdict v on v.machine_number = a.machine_number
  where a.newest = 1 and v.health in ('healthy', 'unhealthy')
),
final as (
  select a.machine_number, a.assessment_key, m.name, m.owner, m.subscription_id, m.subscription_name, a.status_code as assessed_as, n.health as sensor_health, n.message as sensor_message, a.description,
         case when a.status_code = 'healthy' then 'passes without our healthy sensor: another product, or a stale result'
              else 'fails although the sensor reports: a stale result, or a check of its settings' end as reading
  from assessed a
  join near n on n.machine_number = a.machine_number and n.nearest = 1
  join ledger.machine m on m.machine_number = a.machine_number
  where a.newest = 1 and ((a.status_code = 'healthy' and n.health = 'unhealthy') or (a.status_code = 'unhealthy' and n.health = 'healthy'))
)
select * from final
