-- severity: warning
-- Charges arrive up to three days late and an open month is rated again: the figures of a period can still change until
-- 72 hours after its end.
with newest as (
  select max(last_day) as day from normalise.cost_total
),
exported as (
  select max(f.snapshot_at) as exported_at
  from normalise.cost_total t
  join normalise.source_file f on f.file_id = t.file_id
  cross join config.period p
  where t.last_day >= day_of(p.until_at - 1)
),
final as (
  select cast(p.from_day as varchar) || ' to ' || cast(day_of(p.until_at - 1) as varchar) as subject,
         case when n.day is null then 'no cost data is in the folder'
              when n.day < day_of(p.until_at - 1) then 'the period is still open: cost data ends before it does'
              else 'the period is still closing: the cost data was exported less than 72 hours after its end' end as message,
         case when n.day is null then 'no cost line'
              when n.day < day_of(p.until_at - 1) then 'newest charge on ' || cast(n.day as varchar) || ', last day of the period ' || cast(day_of(p.until_at - 1) as varchar)
              else 'exported ' || moment_text(e.exported_at) || ', period ended ' || moment_text(p.until_at) end as evidence
  from config.period p
  cross join newest n
  cross join exported e
  where n.day is null or n.day < day_of(p.until_at - 1) or e.exported_at < p.until_at + 259200
)
select * from final
