-- How far the data carries: each criterion graded A to D with its reason; the grade of the whole is the worst of them.
-- Thresholds: A from 95 %, B from 80 %, C from 50 % of what the criterion measures.
-- grain: one row per criterion
-- key: criterion
with figure as (
  select max(case when figure = 'running_hours' then value end) as running_hours,
         max(case when figure = 'judged_running_hours' then value end) as judged_hours,
         max(case when figure = 'applicable_running_hours' then value end) as applicable_hours,
         max(case when figure = 'running_hours_observed' then value end) as observed_hours,
         max(case when figure = 'running_hours_inferred' then value end) as inferred_hours,
         max(case when figure = 'machine_days_matched' then value end) as matched_days,
         max(case when figure = 'machine_days_under' then value end) as under_days,
         max(case when figure = 'machine_days_over' then value end) as over_days,
         max(case when figure = 'machine_days_phantom' then value end) as phantom_days
  from ledger.figure
  where billing_currency is null
),
currency as (
  select max(case when f.figure = 'total_cost' then value end) as total_cost, max(case when f.figure = 'residual' then value end) as residual, billing_currency
  from ledger.figure f
  where billing_currency is not null
  group by billing_currency
),
share as (
  select 'bill explained' as criterion,
         min(coalesce(amount_ratio(amount(total_cost - abs(residual)), total_cost), amount(case when residual = 0 then 1 else 0 end))) as part,
         'of the Defender cost belongs to a known machine' as words
  from currency
  union all
  select 'health known', amount_ratio(judged_hours, applicable_hours), 'of the running time has a sensor verdict' from figure
  union all
  select 'evidence', amount_ratio(amount(observed_hours + inferred_hours), running_hours), 'of the running time is observed or inferred, not assumed' from figure
  union all
  select 'bill matches uptime', amount_ratio(matched_days, amount(matched_days + under_days + over_days + phantom_days)), 'of the billed machine-days match the hours on' from figure
),
final as (
  select criterion,
         case when part is null then 'D' when part >= 0.95 then 'A' when part >= 0.80 then 'B' when part >= 0.50 then 'C' else 'D' end as grade,
         case when part is null then 'nothing to measure' else cast(cast(part * 100 as decimal(18, 1)) as varchar) || ' % ' || words end as reason
  from share
)
select * from final
