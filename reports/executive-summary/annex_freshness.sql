-- How fresh what is known of the sensors is.
-- grain: one row
-- key: none
with final as (
  select listings, windows_listed, windows, longest_gap_hours from integration.freshness
)
select * from final
