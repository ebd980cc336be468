-- What is known of where data are kept, with its source.
-- grain: one row per fact
-- key: position
with final as (
  select position, fact, confidence, source_url, source_day from integration.location_fact
)
select * from final order by position
