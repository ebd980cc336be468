-- The days of a subscription stand in one export. Two that share days without sharing lines may be parts of one: both count.
-- severity: warning
with pair as (
  select run_a, run_b, cast(max(shared_days) as bigint) as shared_days, min(first_day) as first_day, max(last_day) as last_day
  from raw.cost_overlap
  group by run_a, run_b
),
named as (
  select run_id, min(path) as path from raw.cost_input group by run_id
)
select a.path as subject, 'Another export has lines of the same subscription and days, but not the same lines: both count.' as message,
       b.path || ': ' || 'shared days ' || p.shared_days || ', ' || p.first_day || ' to ' || p.last_day as evidence
from pair p
join named a on a.run_id = p.run_a
join named b on b.run_id = p.run_b
