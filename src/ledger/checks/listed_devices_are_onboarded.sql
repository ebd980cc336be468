-- severity: warning
-- Devices that can be onboarded are listed by Defender for Endpoint before any sensor exists: presence in the list is not
-- protection, and they count as unprotected.
with newest as (
  select max(snapshot_at) as snapshot_at from normalise.endpoint_device
),
final as (
  select 'Defender for Endpoint' as subject, 'servers are listed that could be onboarded and have no sensor' as message,
         cast(count(distinct d.device_id) as varchar) || case when count(distinct d.device_id) = 1 then ' device' else ' devices' end
           || ' as of ' || moment_text(max(d.snapshot_at)) || ', such as ' || min(coalesce(d.dns_name, d.device_id)) as evidence
  from normalise.endpoint_device d
  join newest n on d.snapshot_at > n.snapshot_at - 600
  where d.onboarding = 'can_be_onboarded' and d.os_class in ('server', 'unknown')
  having count(*) > 0
)
select * from final
