-- severity: warning
-- "EDR solution should be installed" is healthy with any vendor's sensor. A billed machine that passes it without an
-- onboarded Defender for Endpoint device likely runs another one: the sensor that the plan includes is paid and unused.
with assessed as (
  select a.resource_id, a.status_code, a.snapshot_at, row_number() over (partition by a.resource_id order by a.snapshot_at desc, a.file_id desc) as newest
  from normalise.assessment a
  where a.assessment_key = '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c'
),
onboarded as (
  select distinct e.machine_number
  from ledger.endpoint_match e
  join normalise.device_state d on d.state_id = e.state_id
  where e.status = 'matched' and d.onboarding = 'onboarded'
),
billed as (
  select machine_number from ledger.machine_day where billed_hours > 0 group by machine_number
),
final as (
  select m.subscription_id as subject, 'billed machines pass the endpoint assessment without our sensor: another vendor''s is likely in use' as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(m.name) as evidence
  from assessed a
  join ledger.machine m on m.resource_id = a.resource_id
  join billed b on b.machine_number = m.machine_number
  left join onboarded o on o.machine_number = m.machine_number
  where a.newest = 1 and a.status_code = 'healthy' and o.machine_number is null and exists (select 1 from normalise.device_state)
  group by m.subscription_id
)
select * from final
