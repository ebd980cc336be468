-- What covers the servers in licence scope in the period, each once: an hourly charge, a free meter, no charge but a
-- sensor, no charge and no sensor. Machines out of scope stand beside.
-- grain: one row per cover
-- key: cover
with sensor as (
  select machine_number, max(case when health = 'healthy' or issue = 'heartbeat' then 1 else 0 end) as has_sensor,
         max(case when health in ('healthy', 'unhealthy') then 1 else 0 end) as is_judged
  from ledger.health group by machine_number
),
charged as (
  select machine_number, max(case when coalesce(is_free, false) then 0 else 1 end) as is_paid from ledger.machine_total
  where billing_currency is not null and machine_number is not null group by machine_number
),
final as (
  select case when not m.in_licence_scope and m.os_class = 'client' then 'client'
              when not m.in_licence_scope then 'service'
              when c.is_paid = 1 then 'hourly'
              when c.is_paid = 0 then 'free'
              when coalesce(s.has_sensor, 0) = 1 then 'sensor_only'
              when coalesce(s.is_judged, 0) = 1 then 'nothing'
              else 'not_known' end as cover,
         cast(count(*) as integer) as machines,
         cast(sum(case when c.machine_number is not null then 1 else 0 end) as integer) as charged_machines
  from ledger.machine m
  left join sensor s on s.machine_number = m.machine_number
  left join charged c on c.machine_number = m.machine_number
  where m.alive_from_at is not null
  group by 1
)
select * from final
order by case cover when 'hourly' then 1 when 'free' then 2 when 'sensor_only' then 3 when 'nothing' then 4 when 'not_known' then 5 when 'client' then 6 else 7 end
