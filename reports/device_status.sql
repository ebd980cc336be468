-- What became of the device records of the newest listing in or before the period's end, else of the first one after.
-- grain: one row per status
-- key: status
with newest as (
  select coalesce(max(case when e.as_of_at <= p.until_at then e.as_of_at end), min(e.as_of_at)) as as_of_at
  from ledger.endpoint_match e
  cross join config.period p
),
final as (
  select e.status, cast(count(*) as integer) as records, day_of(max(e.as_of_at)) as listing_day
  from ledger.endpoint_match e
  join newest n on n.as_of_at = e.as_of_at
  group by e.status
)
select * from final order by records desc, status
