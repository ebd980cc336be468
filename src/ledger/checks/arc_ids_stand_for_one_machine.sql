-- severity: warning
-- A machine cloned together with its connected agent answers under the Arc id of its original: the id's status flaps, and
-- its hours are those of whichever clone spoke last. A host name that came, went and came again under one id, or two
-- sensors of different names under it in one listing, show it.
with named as (
  select resource_id, snapshot_at, min(computer_name) as computer_name
  from normalise.machine_record
  where kind = 'arc' and computer_name is not null
  group by resource_id, snapshot_at
),
run as (
  select *, lag(computer_name) over (partition by resource_id order by snapshot_at) as earlier_name from named
),
flapping as (
  -- a rename changes the name once; a clone brings an old name back
  select resource_id, count(distinct computer_name) as names, min(computer_name) as one_name, max(computer_name) as other_name
  from run
  group by resource_id
  having sum(case when earlier_name <> computer_name then 1 else 0 end) >= count(distinct computer_name) and count(distinct computer_name) > 1
),
several as (
  select azure_resource_id
  from normalise.device_state
  where machine_kind(azure_resource_id) = 'arc'
  group by azure_resource_id
  having count(distinct dns_name) > 1
),
sensor as (
  select d.azure_resource_id as resource_id, d.snapshot_at, count(distinct d.dns_name) as names, min(d.dns_name) as one_name, max(d.dns_name) as other_name
  from several v
  join normalise.endpoint_device d on d.azure_resource_id = v.azure_resource_id
  where d.onboarding = 'onboarded' and d.merged_into is null
    and not coalesce(d.is_potential_duplication, false) and d.health_status = 'active'
  group by d.azure_resource_id, d.snapshot_at
  having count(distinct d.dns_name) > 1
),
shared as (
  select resource_id, names, one_name, other_name from flapping
  union all
  select resource_id, names, one_name, other_name from sensor
),
final as (
  select resource_id as subject, 'several machines answer under one Arc id: its hours and its health are not those of one machine' as message,
         cast(max(names) as varchar) || ' names, such as ' || min(one_name) || ' and ' || max(other_name) as evidence
  from shared
  group by resource_id
)
select * from final
