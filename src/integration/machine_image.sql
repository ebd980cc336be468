-- What each machine was made of, by its newest inventory record that says so.
-- grain: one row per machine whose image is told
-- key: machine_number
with ranked as (
  select machine_number, image_id, image_publisher,
         row_number() over (partition by machine_number order by snapshot_at desc, resource_id, file_id) as newest
  from ledger.machine_listing
  where image_id is not null or image_publisher is not null
),
final as (
  select machine_number, image_id, image_publisher from ranked where newest = 1
)
select * from final
