-- How fresh what is known of the sensors is, against the four hours in which Defender for Cloud refreshes it: listings in the
-- period, the four-hour windows of the period that have one, and the longest time without any. Health has no history: a
-- window without a listing is never observed again.
-- grain: one row
-- key: none
with listing as (
  select distinct s.as_of_at as moment_at from ledger.endpoint_snapshot s cross join config.period p where s.as_of_at > p.from_at and s.as_of_at <= p.until_at
),
moment as (
  select moment_at from listing union select from_at as moment_at from config.period union select until_at as moment_at from config.period
),
spaced as (
  select moment_at - lag(moment_at) over (order by moment_at) as seconds from moment
),
final as (
  select cast((select count(*) from listing) as integer) as listings,
         cast((select count(distinct integer_quotient(l.moment_at - p.from_at - 1, 14400)) from listing l cross join config.period p) as integer) as windows_listed,
         cast((select integer_quotient(until_at - from_at, 14400) from config.period) as integer) as windows,
         hours_of_seconds((select max(seconds) from spaced)) as longest_gap_hours
)
select * from final
