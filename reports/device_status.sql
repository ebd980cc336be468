-- What became of the device records of the newest listing in or before the period's end, else of the first one after.
-- grain: one row per status
-- key: status
with newest as (
  select coalesce(max(case when s.as_of_at <= p.until_at then s.as_of_at end), min(s.as_of_at)) as as_of_at
  from ledger.endpoint_snapshot s
  cross join config.period p
),
final as (
  select e.status, cast(count(*) as integer) as records, day_of(max(n.as_of_at)) as listing_day
  from ledger.endpoint_match e
  join newest n on e.first_at <= n.as_of_at and n.as_of_at <= e.last_at
  group by e.status
)
select * from final order by records desc, status
