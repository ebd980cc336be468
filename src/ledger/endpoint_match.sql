-- Which machine a Defender for Endpoint record speaks of, with the evidence used, strongest first: vm_id,
-- azure_resource_id, fqdn, host_name (names only where they are unique on both sides). Records merged into another
-- follow it; of several records of one machine the newest counts, and one flagged as a potential duplicate only when
-- there is no other. Of contradictory records of one device and moment one counts, whichever order they are read in.
-- grain: one row per endpoint snapshot and device record
-- key: as_of_at, device_id
with device as (
  select s.as_of_at, d.file_id, d.device_id, d.vm_id, d.azure_resource_id, d.dns_name, d.os_class, d.onboarding, d.merged_into,
         coalesce(d.is_potential_duplication, false) as is_flagged, d.last_seen_at, d.snapshot_at, d.health_status,
         coalesce(d.merged_into, d.device_id) as survivor_id
  from normalise.endpoint_device d
  join ledger.endpoint_snapshot s on s.snapshot_at = d.snapshot_at
),
-- Several records of a device in one snapshot, several of one machine and mergers are rare: only they are ranked.
repeated as (
  select as_of_at, device_id from device group by as_of_at, device_id having count(*) > 1
),
copy as (
  select d.*,
         row_number() over (partition by d.as_of_at, d.device_id
                            order by coalesce(d.last_seen_at, 0) desc, d.snapshot_at desc, coalesce(d.health_status, ''), coalesce(d.onboarding, ''), d.file_id) as copy_number
  from device d
  join repeated r on r.as_of_at = d.as_of_at and r.device_id = d.device_id
),
one_record as (
  select d.as_of_at, d.device_id, d.vm_id, d.azure_resource_id, d.dns_name, d.os_class, d.onboarding, d.merged_into, d.is_flagged,
         d.last_seen_at, d.snapshot_at, d.survivor_id, d.health_status
  from device d
  left join repeated r on r.as_of_at = d.as_of_at and r.device_id = d.device_id
  where r.device_id is null
  union all
  select as_of_at, device_id, vm_id, azure_resource_id, dns_name, os_class, onboarding, merged_into, is_flagged,
         last_seen_at, snapshot_at, survivor_id, health_status
  from copy
  where copy_number = 1
),
record as (
  select r.*,
         qualified_name(r.dns_name) as fqdn,
         host_of(r.dns_name) as host_name,
         v.machine_id as vm_machine_id
  from one_record r
  left join (select distinct machine_id from ledger.machine_identity where evidence = 'vm_id') v on v.machine_id = r.vm_id
),
-- Only what vmId does not tell is looked up by resource id and by name.
open_record as (
  select * from record where vm_machine_id is null
),
by_resource_id as (
  select r.as_of_at, r.device_id, max(i.machine_id) as machine_id
  from open_record r
  join ledger.machine_identity i
    on i.resource_id = r.azure_resource_id and i.from_at <= r.as_of_at and r.as_of_at < i.until_at
  group by r.as_of_at, r.device_id
),
machine_name as (
  select distinct m.machine_id, m.fqdn,
         host_of(coalesce(m.computer_name, lower(m.name))) as host_name
  from ledger.machine_listing m
),
fqdn_machine as (
  select fqdn, min(machine_id) as machine_id, count(distinct machine_id) as machines
  from machine_name where fqdn is not null group by fqdn
),
host_machine as (
  select host_name, min(machine_id) as machine_id, count(distinct machine_id) as machines
  from machine_name where host_name is not null group by host_name
),
fqdn_device as (
  select as_of_at, fqdn, count(*) as devices from record
  where merged_into is null and not is_flagged and fqdn in (select fqdn from open_record where fqdn is not null) group by as_of_at, fqdn
),
host_device as (
  select as_of_at, host_name, count(*) as devices from record
  where merged_into is null and not is_flagged and host_name in (select host_name from open_record where host_name is not null) group by as_of_at, host_name
),
open_candidate as (
  select r.*,
         coalesce(a.machine_id,
                  case when fm.machines = 1 and coalesce(fd.devices, 0) <= 1 then fm.machine_id end,
                  case when fm.machine_id is null and hm.machines = 1 and coalesce(hd.devices, 0) <= 1 then hm.machine_id end) as own_machine_id,
         case when a.machine_id is not null then 'azure_resource_id'
              when fm.machines = 1 and coalesce(fd.devices, 0) <= 1 then 'fqdn'
              when fm.machine_id is null and hm.machines = 1 and coalesce(hd.devices, 0) <= 1 then 'host_name' end as own_evidence,
         case when coalesce(fm.machine_id, hm.machine_id) is not null then true else false end as has_name_match
  from open_record r
  left join by_resource_id a on a.as_of_at = r.as_of_at and a.device_id = r.device_id
  left join fqdn_machine fm on fm.fqdn = r.fqdn
  left join host_machine hm on hm.host_name = r.host_name
  left join fqdn_device fd on fd.as_of_at = r.as_of_at and fd.fqdn = r.fqdn
  left join host_device hd on hd.as_of_at = r.as_of_at and hd.host_name = r.host_name
),
candidate as (
  select as_of_at, snapshot_at, device_id, survivor_id, merged_into, is_flagged, last_seen_at, onboarding, os_class, health_status,
         vm_machine_id as own_machine_id, 'vm_id' as own_evidence, false as has_name_match
  from record
  where vm_machine_id is not null
  union all
  select as_of_at, snapshot_at, device_id, survivor_id, merged_into, is_flagged, last_seen_at, onboarding, os_class, health_status,
         own_machine_id, own_evidence, has_name_match
  from open_candidate
),
merger as (
  select distinct as_of_at, merged_into as survivor_id from record where merged_into is not null
),
merger_record as (
  select c.*
  from candidate c
  join merger m on m.as_of_at = c.as_of_at and m.survivor_id = c.survivor_id
),
group_match as (
  select as_of_at, survivor_id,
         min(case own_evidence when 'vm_id' then '1' when 'azure_resource_id' then '2' when 'fqdn' then '3' when 'host_name' then '4' end
             || own_machine_id) as best
  from merger_record
  where own_machine_id is not null and (own_evidence in ('vm_id', 'azure_resource_id') or device_id = survivor_id)
  group by as_of_at, survivor_id
),
joined as (
  select c.as_of_at, c.snapshot_at, c.device_id, c.is_flagged, c.last_seen_at, c.onboarding, c.os_class, c.health_status, c.has_name_match,
         c.own_machine_id as machine_id, c.own_evidence as evidence, false as is_merged_away
  from candidate c
  left join merger m on m.as_of_at = c.as_of_at and m.survivor_id = c.survivor_id
  where m.survivor_id is null
  union all
  select c.as_of_at, c.snapshot_at, c.device_id, c.is_flagged, c.last_seen_at, c.onboarding, c.os_class, c.health_status, c.has_name_match,
         substr(g.best, 2) as machine_id,
         case substr(g.best, 1, 1) when '1' then 'vm_id' when '2' then 'azure_resource_id' when '3' then 'fqdn' when '4' then 'host_name' end as evidence,
         case when c.merged_into is not null
                and exists (select 1 from record x where x.as_of_at = c.as_of_at and x.device_id = c.merged_into) then true else false end as is_merged_away
  from merger_record c
  left join group_match g on g.as_of_at = c.as_of_at and g.survivor_id = c.survivor_id
),
shared_machine as (
  select as_of_at, machine_id from joined where machine_id is not null group by as_of_at, machine_id having count(*) > 1
),
contender as (
  select j.as_of_at, j.device_id,
         row_number() over (partition by j.as_of_at, j.machine_id
                            order by case when j.is_merged_away then 1 else 0 end, case when j.is_flagged then 1 else 0 end,
                                     coalesce(j.last_seen_at, 0) desc, j.device_id) as choice
  from joined j
  join shared_machine s on s.as_of_at = j.as_of_at and s.machine_id = j.machine_id
),
ranked as (
  select j.*, coalesce(c.choice, 1) as choice
  from joined j
  left join contender c on c.as_of_at = j.as_of_at and c.device_id = j.device_id
),
final as (
  select as_of_at, snapshot_at, device_id,
         machine_id, evidence,
         case when is_merged_away then 'merged'
              when machine_id is not null and choice = 1 then 'matched'
              when machine_id is not null then 'duplicate'
              when is_flagged then 'duplicate'
              when has_name_match then 'ambiguous'
              when coalesce(onboarding, '') <> 'onboarded' then 'not_onboarded'
              when os_class in ('client', 'other') then 'client_elsewhere'
              else 'unmatched' end as status,
         onboarding, health_status, last_seen_at
  from ranked
)
select * from final
