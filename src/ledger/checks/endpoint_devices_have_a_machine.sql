-- severity: warning
-- An onboarded server that no machine of the inventory or the bill matches is onboarded directly, or is listed under a
-- name that the other sources do not know. It counts as a machine of its own.
with device as (
  select e.device_id, max(d.dns_name) as dns_name
  from ledger.endpoint_match e
  left join normalise.device_state d on d.state_id = e.state_id
  where e.status = 'unmatched'
  group by e.device_id
),
final as (
  select 'Defender for Endpoint' as subject, 'onboarded servers match no machine of the inventory or the bill' as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' device' else ' devices' end || ', such as ' || min(coalesce(dns_name, device_id))
           || case when count(*) > 1 then ' and ' || max(coalesce(dns_name, device_id)) else '' end as evidence
  from device
  having count(*) > 0
)
select * from final
