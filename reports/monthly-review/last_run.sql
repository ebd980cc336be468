-- The run before this one, when its result was given.
-- grain: one row, or none
-- key: from_day
with final as (
  select from_day, until_day, has_actions from history.last_run
)
select * from final
