-- What the bill says of each machine's id, and from when to when it charges it. Of several spellings the least stands, of
-- several names or tags the greatest.
-- grain: one row per id of a machine that lines of the bill name
-- key: resource_id
with stated as (
  -- by windows: the least or greatest text of a group is held in memory, however many groups there are
  select resource_id, resource_id_display,
         max(subscription_name) over (partition by resource_id) as subscription_name,
         max(tags) over (partition by resource_id) as tags,
         min(first_day) over (partition by resource_id) as first_day,
         max(last_day) over (partition by resource_id) as last_day,
         min(case when line_class = 'defender' then first_day end) over (partition by resource_id) as first_defender_day,
         max(case when line_class = 'defender' then last_day end) over (partition by resource_id) as last_defender_day,
         row_number() over (partition by resource_id order by resource_id_display) as spelling
  from ledger.billed_wording
  where machine_kind(resource_id) is not null
),
final as (
  select resource_id, resource_id_display, subscription_name, tags, first_day, last_day, first_defender_day, last_defender_day
  from stated
  where spelling = 1
)
select * from final
