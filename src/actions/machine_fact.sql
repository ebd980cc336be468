-- What decides which action fits a machine: how its sensor's extension failed, whether its subscription lets the sensor
-- be deployed, and whether another vendor's product passes the endpoint assessment where ours is absent.
-- grain: one row per machine
-- key: machine_number
with extension_record as (
  select i.machine_number, x.provisioning_state, x.error_code, x.message,
         row_number() over (partition by i.machine_number order by x.snapshot_at desc, x.file_id desc, x.extension_type) as newest
  from normalise.extension x
  join ledger.machine_identity i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
),
extension as (
  select r.machine_number, r.error_code, r.message, e.words, e.remedy, coalesce(e.is_permanent, false) as is_permanent
  from extension_record r
  left join ledger.extension_error e on e.error_code = r.error_code
  where r.newest = 1 and r.provisioning_state = 'failed'
),
setting as (
  select subscription_id, is_enabled, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest
  from normalise.endpoint_setting
),
assessed as (
  -- "EDR solution should be installed on Virtual Machines": healthy with any vendor's sensor
  select i.machine_number, a.status_code,
         row_number() over (partition by i.machine_number order by a.snapshot_at desc, a.file_id desc) as newest
  from normalise.assessment a
  join ledger.machine_identity i on i.resource_id = a.resource_id and i.from_at <= a.snapshot_at and a.snapshot_at < i.until_at
  where a.assessment_key = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
),
onboarded as (
  select distinct e.machine_number
  from ledger.endpoint_match e
  join normalise.device_state d on d.state_id = e.state_id
  where e.status = 'matched' and d.onboarding = 'onboarded'
),
said as (
  select machine_number, max_by(message, from_at) as message from ledger.health where message is not null group by machine_number
),
final as (
  select m.machine_number, x.error_code, x.words as error_words, x.remedy, x.message as error_message,
         case when x.machine_number is not null then true else false end as has_failed_extension,
         coalesce(x.is_permanent, false) as is_permanent,
         case when s.is_enabled = false then true else false end as is_deployment_off,
         case when a.status_code = 'healthy' and o.machine_number is null and exists (select 1 from normalise.device_state) then true else false end as has_other_sensor,
         h.message as health_message
  from ledger.machine m
  left join extension x on x.machine_number = m.machine_number
  left join setting s on s.subscription_id = m.subscription_id and s.newest = 1
  left join assessed a on a.machine_number = m.machine_number and a.newest = 1
  left join onboarded o on o.machine_number = m.machine_number
  left join said h on h.machine_number = m.machine_number
)
select * from final
