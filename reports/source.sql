-- What was read, per kind and form of source (packed or not): files, rows, what they speak of, and how far the newest record lies before
-- (or after) the end of the period.
-- grain: one row per kind and form
-- key: kind, form
with grouped as (
  select kind, replace(coalesce(form, ''), ' (gzip)', '') as form, count(*) as files, coalesce(sum(row_count), 0) as records,
         coalesce(sum(case when superseded_by is not null then 1 else 0 end), 0) as superseded,
         coalesce(sum(case when is_truncated then 1 else 0 end), 0) as truncated,
         min(coalesce(first_at, snapshot_at)) as first_at, max(greatest(coalesce(last_at, snapshot_at), coalesce(snapshot_at, last_at))) as last_at
  from normalise.source_file
  where kind not in ('config', 'collection', 'cost-manifest')
  group by kind, replace(coalesce(form, ''), ' (gzip)', '')
),
final as (
  select g.kind, g.form, cast(g.files as integer) as files, cast(g.records as bigint) as records, cast(g.superseded as integer) as superseded,
         cast(g.truncated as integer) as truncated,
         case when g.first_at is not null then day_of(g.first_at) end as first_day, case when g.last_at is not null then day_of(g.last_at) end as last_day,
         case when g.last_at is not null then cast(integer_quotient(p.until_at - least(g.last_at, p.until_at), 3600) as integer) end as lag_hours
  from grouped g
  cross join config.period p
)
select * from final order by kind, form
