-- The id of each machine: the one that its newest trace names.
-- grain: one row per machine
-- key: machine_number
with traced as (
  select i.machine_number, i.machine_id, i.resource_id, i.resource_id_display,
         coalesce(max(case when s.vm_id is null or s.vm_id = i.machine_id then s.last_at end), 0) as last_at
  from ledger.machine_identity i
  left join ledger.machine_source s on s.resource_id = i.resource_id
  group by i.machine_number, i.machine_id, i.resource_id, i.resource_id_display
),
ranked as (
  select *, row_number() over (partition by machine_number order by last_at desc, resource_id) as newest from traced
),
final as (
  select machine_number, machine_id, resource_id, resource_id_display from ranked where newest = 1
)
select * from final
