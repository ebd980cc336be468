-- Why sensors were not healthy at the end, most machines first; twelve, with the count of all.
-- grain: one row per health, issue, reason and remedy
-- key: health, issue, reason, remedy
with ranked as (
  select *, cast(row_number() over (order by health desc, machines desc, issue, reason, remedy) as integer) as position, cast(count(*) over () as integer) as rows_in_all
  from integration.sensor_issue
),
final as (
  select position, rows_in_all, health, issue, reason, remedy, machines, example, service_message from ranked where position <= 12
)
select * from final order by position
