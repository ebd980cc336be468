-- Every input file that was read, and what is known of it.
-- grain: one row per file
-- key: file_id
with final as (
  select file_id, path, kind, form, sha256, bytes, row_count, snapshot_at, snapshot_evidence, first_at, last_at, is_truncated, superseded_by
  from raw.source_file
)
select * from final
