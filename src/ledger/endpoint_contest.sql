-- Contested device records, listing by listing, with the machine that each speaks of. Names count only where one record
-- of the listing bears them. Records merged into another follow it; of several records of one machine the newest counts,
-- and one flagged as a potential duplicate only when there is no other. Of contradictory records of one device and
-- listing one counts, whichever order they are read in.
-- grain: one row per listing and contested device
-- key: listing, device_id
with device as (
  select s.listing, s.as_of_at, g.snapshot_at, g.file_id, g.state_id, g.last_seen_at, c.device_id, c.health_status, c.onboarding
  from ledger.endpoint_contested x
  join ledger.endpoint_claim c on c.device_id = x.device_id
  join normalise.device_sighting g on g.state_id = c.state_id
  join ledger.endpoint_snapshot s on s.snapshot_at = g.snapshot_at
),
copy as (
  select *,
         row_number() over (partition by listing, device_id
                            order by coalesce(last_seen_at, 0) desc, snapshot_at desc, coalesce(health_status, ''), coalesce(onboarding, ''), file_id) as copy_number
  from device
),
record as (
  select k.listing, k.as_of_at, k.snapshot_at, k.state_id, k.device_id, k.last_seen_at, c.merged_into, coalesce(c.merged_into, c.device_id) as survivor_id,
         c.is_flagged, c.azure_resource_id, c.fqdn, c.host_name,
         c.vm_machine_number, c.resource_owners, c.resource_machine_number, c.fqdn_machine_number, c.host_machine_number, c.status_alone
  from copy k
  join ledger.endpoint_claim c on c.state_id = k.state_id
  where k.copy_number = 1
),
by_resource_id as (
  select r.listing, r.device_id, max(i.machine_number) as machine_number
  from record r
  join ledger.machine_identity i
    on i.resource_id = r.azure_resource_id and i.from_at <= r.as_of_at and r.as_of_at < i.until_at
  where r.resource_owners > 1
  group by r.listing, r.device_id
),
fqdn_device as (
  select listing, fqdn, count(*) as devices from record where merged_into is null and not is_flagged and fqdn is not null group by listing, fqdn
),
host_device as (
  select listing, host_name, count(*) as devices from record where merged_into is null and not is_flagged and host_name is not null group by listing, host_name
),
candidate as (
  select r.*,
         coalesce(r.vm_machine_number, r.resource_machine_number, a.machine_number,
                  case when coalesce(f.devices, 0) <= 1 then r.fqdn_machine_number end,
                  case when coalesce(h.devices, 0) <= 1 then r.host_machine_number end) as own_machine_number,
         case when r.vm_machine_number is not null then 'vm_id'
              when coalesce(r.resource_machine_number, a.machine_number) is not null then 'azure_resource_id'
              when r.fqdn_machine_number is not null and coalesce(f.devices, 0) <= 1 then 'fqdn'
              when r.host_machine_number is not null and coalesce(h.devices, 0) <= 1 then 'host_name' end as own_evidence
  from record r
  left join by_resource_id a on a.listing = r.listing and a.device_id = r.device_id
  left join fqdn_device f on f.listing = r.listing and f.fqdn = r.fqdn
  left join host_device h on h.listing = r.listing and h.host_name = r.host_name
),
merger as (
  select distinct listing, merged_into as survivor_id from record where merged_into is not null
),
merger_record as (
  select c.*
  from candidate c
  join merger m on m.listing = c.listing and m.survivor_id = c.survivor_id
),
group_match as (
  select listing, survivor_id,
         min(case own_evidence when 'vm_id' then 1 when 'azure_resource_id' then 2 when 'fqdn' then 3 when 'host_name' then 4 end * cast(10000000000 as bigint)
             + own_machine_number) as best
  from merger_record
  where own_machine_number is not null and (own_evidence in ('vm_id', 'azure_resource_id') or device_id = survivor_id)
  group by listing, survivor_id
),
joined as (
  select c.listing, c.snapshot_at, c.state_id, c.device_id, c.is_flagged, c.last_seen_at, c.status_alone,
         c.own_machine_number as machine_number, c.own_evidence as evidence, false as is_merged_away
  from candidate c
  left join merger m on m.listing = c.listing and m.survivor_id = c.survivor_id
  where m.survivor_id is null
  union all
  select c.listing, c.snapshot_at, c.state_id, c.device_id, c.is_flagged, c.last_seen_at, c.status_alone,
         cast(g.best % 10000000000 as integer) as machine_number,
         case integer_quotient(g.best, 10000000000) when 1 then 'vm_id' when 2 then 'azure_resource_id' when 3 then 'fqdn' when 4 then 'host_name' end as evidence,
         case when c.merged_into is not null
                and exists (select 1 from record x where x.listing = c.listing and x.device_id = c.merged_into) then true else false end as is_merged_away
  from merger_record c
  left join group_match g on g.listing = c.listing and g.survivor_id = c.survivor_id
),
ranked as (
  select *,
         row_number() over (partition by listing, machine_number
                            order by case when is_merged_away then 1 else 0 end, case when is_flagged then 1 else 0 end,
                                     coalesce(last_seen_at, 0) desc, device_id) as choice
  from joined
),
final as (
  select listing, device_id, state_id, machine_number, evidence,
         case when is_merged_away then 'merged'
              when machine_number is not null and choice = 1 then 'matched'
              when machine_number is not null then 'duplicate'
              else status_alone end as status,
         snapshot_at, last_seen_at
  from ranked
)
select * from final
