-- When devices were seen, and in what state.
-- grain: one row per device record that counts: one per file and device
-- key: file_id, row_number
with final as (
  select r.file_id, cast(r.row_number as bigint) as row_number, s.snapshot_at, c.state_id, r.last_seen_at
  from raw.device_record r
  join raw.device_content c on c.text_id = r.text_id
  join normalise.source_file s on s.file_id = r.file_id
  where r.is_newest
)
select * from final
