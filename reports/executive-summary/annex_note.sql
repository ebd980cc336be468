-- Machines that need a word of their own: the recommendation disagrees with the sensor, an image of one's own without a
-- sensor, a move. Ten, with the count of all.
-- grain: one row per kind, machine and detail
-- key: kind, position
with note as (
  select 'disagreement' as kind, machine_number, name, owner, reading || coalesce(' (' || description || ')', '') as detail, cast(null as varchar) as billing_currency, cast(null as decimal(38, 24)) as cost_before, cast(null as decimal(38, 24)) as cost_after
  from integration.sensor_disagreement
  union all
  select 'own_image', machine_number, name, owner, 'from ' || id_name(image_id) || ', no sensor', null, null, null from integration.custom_image
  union all
  select 'move', v.machine_number, v.name, m.owner,
         'to another ' || v.move_of || ' on ' || cast(v.moved_day as varchar) || ', from ' || coalesce(id_resource_group(v.from_id_display), v.from_id_display) || ' to ' || coalesce(id_resource_group(v.to_id_display), v.to_id_display),
         v.billing_currency, v.cost_before, v.cost_after
  from integration.move v left join ledger.machine m on m.machine_number = v.machine_number
),
ranked as (
  select *, cast(row_number() over (order by kind, name, machine_number, detail) as integer) as position, cast(count(*) over () as integer) as rows_in_all from note
),
final as (
  select position, rows_in_all, kind, name, owner, detail, billing_currency, cost_before, cost_after from ranked where position <= 10
)
select * from final order by position
