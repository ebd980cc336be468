-- Which machine a state of a device would be matched with, were the device the only one to claim it, and by which
-- evidence, strongest first: vm_id, azure_resource_id, fqdn, host_name (names that only one machine bears).
-- `resource_owners`: how many machines the resource id meant one after the other; with several the moment decides.
-- `status_alone`: what the device is where no machine is found for it.
-- grain: one row per state of a device
-- key: state_id
with state as (
  select state_id, device_id, vm_id, azure_resource_id, qualified_name(dns_name) as fqdn, host_of(dns_name) as host_name, os_class, onboarding, health_status,
         merged_into, coalesce(is_potential_duplication, false) as is_flagged
  from normalise.device_state
),
vm_machine as (
  select distinct machine_id, machine_number from ledger.machine_identity where evidence = 'vm_id'
),
resource as (
  select resource_id, count(*) as owners, min(machine_number) as machine_number from ledger.machine_identity group by resource_id
),
machine_name as (
  select distinct m.machine_number, m.fqdn,
         host_of(coalesce(m.computer_name, lower(m.name))) as host_name
  from ledger.machine_listing m
),
fqdn_machine as (
  select fqdn, min(machine_number) as machine_number, count(distinct machine_number) as machines
  from machine_name where fqdn is not null group by fqdn
),
host_machine as (
  select host_name, min(machine_number) as machine_number, count(distinct machine_number) as machines
  from machine_name where host_name is not null group by host_name
),
claim as (
  select s.*,
         v.machine_number as vm_machine_number,
         case when v.machine_number is null then r.owners end as resource_owners,
         case when v.machine_number is null and r.owners = 1 then r.machine_number end as resource_machine_number,
         case when v.machine_number is null and coalesce(r.owners, 0) <> 1 and f.machines = 1 then f.machine_number end as fqdn_machine_number,
         case when v.machine_number is null and coalesce(r.owners, 0) <> 1 and f.machine_number is null and h.machines = 1 then h.machine_number end as host_machine_number,
         case when coalesce(f.machine_number, h.machine_number) is not null then true else false end as has_name_match
  from state s
  left join vm_machine v on v.machine_id = s.vm_id
  left join resource r on r.resource_id = s.azure_resource_id
  left join fqdn_machine f on f.fqdn = s.fqdn
  left join host_machine h on h.host_name = s.host_name
),
final as (
  select *,
         case when is_flagged then 'duplicate'
              when has_name_match then 'ambiguous'
              when coalesce(onboarding, '') <> 'onboarded' then 'not_onboarded'
              when os_class in ('client', 'other') then 'client_elsewhere'
              else 'unmatched' end as status_alone
  from claim
)
select * from final
