-- Days of a subscription that two exports both hold, within one billing period: a correction that comes with a later
-- period is no second export of its day.
-- grain: one row per pair of runs and subscription
-- key: run_a, run_b, subscription
with cell as (
  select distinct i.run_id, i.schema_name,
         coalesce(lower(nullif(regexp_extract(d.subscription_id, '([^/]+)/?$', 1), '')), '') as subscription,
         export_day(d.charge_date) as day, export_day(d.billing_period_start) as period_day
  from raw.cost_day d
  join raw.cost_input i on i.file_id = d.file_id
),
breadth as (
  select run_id, subscription, count(distinct day) as days from cell group by run_id, subscription
),
final as (
  select a.run_id as run_a, b.run_id as run_b, a.subscription, min(a.schema_name) as schema_a, min(b.schema_name) as schema_b,
         count(distinct a.day) as shared_days, least(min(x.days), min(y.days)) as fewest_days, min(a.day) as first_day, max(a.day) as last_day
  from cell a
  join cell b on b.subscription = a.subscription and b.day = a.day and b.run_id > a.run_id
   and (a.period_day = b.period_day or a.period_day is null or b.period_day is null)
  join breadth x on x.run_id = a.run_id and x.subscription = a.subscription
  join breadth y on y.run_id = b.run_id and y.subscription = b.subscription
  group by a.run_id, b.run_id, a.subscription
)
select * from final
