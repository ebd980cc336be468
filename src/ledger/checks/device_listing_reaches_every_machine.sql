-- severity: warning
-- The devices that a reader may see can be limited to device groups: a machine whose sensor's extension succeeded but
-- that no listing of devices names is more likely out of the reader's sight than unprotected.
with listed as (
  select subscription_id, count(distinct device_id) as devices from normalise.device_state group by subscription_id
),
extension as (
  select i.machine_number, max(x.snapshot_at) as snapshot_at
  from normalise.extension x
  join ledger.machine_identity i on i.resource_id = x.resource_id and i.from_at <= x.snapshot_at and x.snapshot_at < i.until_at
  where x.provisioning_state = 'succeeded'
  group by i.machine_number
),
known as (
  select distinct machine_number from ledger.endpoint_match where machine_number is not null
),
unseen as (
  select m.subscription_id, m.machine_number, m.name
  from extension x
  join ledger.machine m on m.machine_number = x.machine_number and m.alive_from_at is not null
  left join known k on k.machine_number = x.machine_number
  where k.machine_number is null and exists (select 1 from normalise.device_state)
),
final as (
  select coalesce(u.subscription_id, 'unknown subscription') as subject,
         'machines with a working sensor extension are in no listing of devices: the reader may see some device groups only; missing is not unprotected' as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(u.name)
           || '; devices listed of this subscription: ' || cast(coalesce(max(l.devices), 0) as varchar) as evidence
  from unseen u
  left join listed l on l.subscription_id = u.subscription_id
  group by u.subscription_id
)
select * from final
