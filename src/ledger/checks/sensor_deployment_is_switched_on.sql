-- severity: warning
-- Where the endpoint integration (WDATP) of a subscription is off, Defender for Cloud deploys no sensor: all gaps of the
-- subscription have this one cause.
with setting as (
  select *, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest from normalise.endpoint_setting
),
machine as (
  select subscription_id, count(*) as machines from ledger.machine where alive_from_at is not null group by subscription_id
),
final as (
  select s.subscription_id as subject, 'Defender for Cloud may not deploy the sensor in this subscription (WDATP is off)' as message,
         cast(m.machines as varchar) || case when m.machines = 1 then ' machine' else ' machines' end || '; as of ' || coalesce(moment_text(s.snapshot_at), 'an unknown moment') as evidence
  from setting s
  join machine m on m.subscription_id = s.subscription_id
  where s.newest = 1 and s.is_enabled = false
)
select * from final
