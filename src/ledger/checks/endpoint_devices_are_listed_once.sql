-- severity: info
-- Reinstalled and renamed machines leave old device records behind: of several records of one machine the newest counts,
-- and the others are dropped. Raw device counts are therefore too high by this number.
with dropped as (
  select e.status, e.device_id, max(d.dns_name) as dns_name, max(e.machine_number) as machine_number
  from ledger.endpoint_match e
  left join normalise.device_state d on d.state_id = e.state_id
  where e.status in ('duplicate', 'merged')
  group by e.status, e.device_id
),
final as (
  select 'Defender for Endpoint' as subject,
         case status when 'merged' then 'device records merged into another were dropped' else 'duplicate device records were dropped' end as message,
         cast(count(*) as varchar) || ' records, such as ' || min(coalesce(dns_name || ' (' || device_id || ')', device_id)) as evidence
  from dropped
  group by status
)
select * from final
