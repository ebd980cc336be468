-- severity: warning
-- A machine cannot be billed for more than the 24 hours of a day (25 with the tolerance of whole clock hours): more means
-- a scale set under one id, the same server onboarded twice, or two machines that shared the id that day.
with charged as (
  select resource_id, day, machine_number, hours from ledger.charge where grain = 'machine' and resource_id is not null
),
-- only days of machines with more hours are looked at resource by resource: an id belongs to one machine a day
long_day as (
  select machine_number, day from charged where hours > 0 and machine_number is not null group by machine_number, day having sum(hours) > 25
),
candidate as (
  select c.* from charged c join long_day d on d.machine_number = c.machine_number and d.day = c.day
  union all
  select * from charged where machine_number is null
),
summed as (
  select resource_id, day, max(machine_number) as machine_number, amount(sum(hours)) as hours
  from candidate
  group by resource_id, day
  having sum(hours) > 25
),
ranked as (
  select *, row_number() over (partition by resource_id order by hours desc, day) as worst, count(*) over (partition by resource_id) as days from summed
),
final as (
  select r.resource_id as subject,
         case when m.kind = 'scale-set-instance' and m.resource_id = m.scale_set_id then 'a scale set is billed under one id: its hours are those of all its instances'
              else 'more hours are billed than a day has: billed twice, or several machines with one id' end as message,
         cast(r.days as varchar) || case when r.days = 1 then ' day' else ' days' end || '; most on ' || cast(r.day as varchar) || ': ' || amount_text(r.hours) || ' h' as evidence
  from ranked r
  left join ledger.machine m on m.machine_number = r.machine_number
  where r.worst = 1
)
select * from final
