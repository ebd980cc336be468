-- Where machines stand and where the endpoint service of the tenant keeps their data (endpoint_region of the
-- configuration). is_same: NULL where either is not known.
-- grain: one row per region of machines
-- key: location
with machine as (
  select coalesce(location, 'not known') as location, cast(count(*) as integer) as machines, cast(sum(case when device_id is not null then 1 else 0 end) as integer) as with_sensor
  from ledger.machine
  where alive_from_at is not null
  group by coalesce(location, 'not known')
),
final as (
  select m.location, r.geography, m.machines, m.with_sensor, s.value as endpoint_region,
         case when r.geography is null or s.value is null then cast(null as boolean) when r.geography = s.value then true else false end as is_same
  from machine m
  left join integration.region r on r.location = m.location
  left join config.setting s on s.key = 'endpoint_region'
)
select * from final
