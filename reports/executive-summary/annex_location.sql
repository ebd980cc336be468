-- Machines by region beside the tenant's endpoint region; other places than the tenant's first. Fifteen, with the count of all.
-- grain: one row per region
-- key: location
with ranked as (
  select *, cast(row_number() over (order by case is_same when false then 0 when true then 2 else 1 end, machines desc, location) as integer) as position,
         cast(count(*) over () as integer) as rows_in_all
  from integration.data_location
),
final as (
  select position, rows_in_all, location, geography, machines, with_sensor, endpoint_region, is_same from ranked where position <= 15
)
select * from final order by position
