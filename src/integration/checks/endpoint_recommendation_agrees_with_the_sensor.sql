-- severity: warning
-- The endpoint recommendation of Defender for Cloud and the sensor's own state say the same of a machine.
with final as (
  select subscription_id as subject, 'the endpoint recommendation and the sensor disagree: ' || reading as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(name) as evidence
  from integration.sensor_disagreement
  group by subscription_id, reading
)
select * from final
