-- How machines were paired with Defender for Endpoint, by evidence, strongest first.
-- grain: one row per evidence; NULL: no device record
-- key: evidence
with final as (
  select case when kind = 'direct' then 'device only' else match_evidence end as evidence, cast(count(*) as integer) as machines
  from ledger.machine
  where alive_from_at is not null
  group by 1
)
select * from final
order by case evidence when 'vm_id' then 1 when 'azure_resource_id' then 2 when 'fqdn' then 3 when 'host_name' then 4 when 'device only' then 5 else 6 end
