-- The devices whose match depends on what else the same listing says. That of any other device, which nobody else
-- claims the machine of and whose records claim one machine at any moment, follows from its records alone.
-- grain: one row per device
-- key: device_id
with repeated as (
  -- several records in one listing: more sightings than bits
  select c.device_id
  from ledger.endpoint_group g
  join ledger.endpoint_claim c on c.state_id = g.state_id
  where g.block is not null
  group by c.device_id, g.block
  having bits_set(sum(g.seen)) < sum(g.sightings)
),
merging as (
  select device_id from ledger.endpoint_claim where merged_into is not null
  union all
  select merged_into as device_id from ledger.endpoint_claim where merged_into is not null
),
changing as (
  select device_id from ledger.endpoint_claim where resource_owners > 1
),
bearer as (
  select distinct 'fqdn' as part, fqdn as name, device_id from ledger.endpoint_claim where not is_flagged and merged_into is null and fqdn is not null
  union all
  select distinct 'host_name' as part, host_name as name, device_id from ledger.endpoint_claim where not is_flagged and merged_into is null and host_name is not null
),
used as (
  select 'fqdn' as part, fqdn as name, device_id from ledger.endpoint_claim where fqdn_machine_number is not null
  union all
  select 'host_name' as part, host_name as name, device_id from ledger.endpoint_claim where host_machine_number is not null
),
shared_name as (
  select b.part, b.name
  from bearer b
  join (select distinct part, name from used) u on u.part = b.part and u.name = b.name
  group by b.part, b.name
  having count(*) > 1
),
claim as (
  select device_id, coalesce(vm_machine_number, resource_machine_number, fqdn_machine_number, host_machine_number) as machine_number from ledger.endpoint_claim
  union
  select c.device_id, i.machine_number
  from ledger.endpoint_claim c
  join ledger.machine_identity i on i.resource_id = c.azure_resource_id
  where c.resource_owners > 1
),
shared_machine as (
  select machine_number from claim where machine_number is not null group by machine_number having count(*) > 1
),
contested as (
  select device_id from repeated
  union select device_id from merging
  union select device_id from changing
  union select b.device_id from bearer b join shared_name n on n.part = b.part and n.name = b.name
  union select u.device_id from used u join shared_name n on n.part = u.part and n.name = u.name
  union select c.device_id from claim c join shared_machine m on m.machine_number = c.machine_number
),
final as (
  select device_id from contested where device_id is not null
)
select * from final
