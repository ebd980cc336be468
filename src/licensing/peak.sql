-- The peak, mean, 95th percentile (of time) and final number of machines that exist at once. Licences are bought for the
-- peak; hours are paid on what was on.
-- grain: one row per scope, currency and counted
-- key: scope, billing_currency, counted
with ranked as (
  select *, until_at - from_at as seconds,
         row_number() over (partition by scope, billing_currency, counted order by machines desc, from_at) as highest,
         row_number() over (partition by scope, billing_currency, counted order by from_at desc) as latest,
         sum(until_at - from_at) over (partition by scope, billing_currency, counted order by machines, from_at rows unbounded preceding) as seconds_up_to,
         sum(until_at - from_at) over (partition by scope, billing_currency, counted) as all_seconds
  from licensing.machine_count
),
final as (
  select scope, billing_currency, counted,
         max(case when highest = 1 then machines end) as machines,
         max(case when highest = 1 then from_at end) as peak_at,
         day_of(max(case when highest = 1 then from_at end)) as peak_day,
         amount_ratio(amount(sum(machines * seconds)), amount(max(all_seconds))) as mean_machines,
         min(case when seconds_up_to * 100 >= all_seconds * 95 then machines end) as percentile_95_machines,
         max(case when latest = 1 then machines end) as machines_at_end
  from ranked
  group by scope, billing_currency, counted
)
select * from final
