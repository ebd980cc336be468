-- Money of each month per currency, with the change since the month before. A month counts only when the cost data of
-- the currency begins on or before its first day, or an earlier run reported it.
-- grain: one row per month and currency
-- key: month, billing_currency
with pivoted as (
  select month, billing_currency,
         max(case when figure = 'total_cost' then value end) as total_cost,
         max(case when figure = 'cost_per_protected_hour' then value end) as cost_per_protected_hour,
         amount(sum(case when figure in ('cost_unprotected', 'cost_not_applicable', 'cost_stopped', 'cost_while_off') then value else 0 end)) as without_protection,
         max(case when figure = 'paid_coverage' then value end) as paid_coverage, max(origin) as origin
  from history.figure
  where billing_currency is not null
  group by month, billing_currency
),
covered as (
  select billing_currency, min(first_day) as first_day from normalise.cost_total group by billing_currency
),
whole as (
  select p.*
  from pivoted p
  left join covered c on c.billing_currency = p.billing_currency
  where c.first_day is null or c.first_day <= p.month or p.origin = 'result'
),
before as (
  select *,
         lag(month) over w as earlier_month,
         lag(total_cost) over w as earlier_total_cost,
         lag(cost_per_protected_hour) over w as earlier_cost_per_protected_hour,
         lag(without_protection) over w as earlier_without_protection,
         lag(paid_coverage) over w as earlier_paid_coverage
  from whole
  window w as (partition by billing_currency order by month)
),
paired as (
  select *, case when day_at(month) - day_at(earlier_month) <= 31 * 86400 then true else false end as has_earlier from before
),
final as (
  select month, billing_currency, total_cost, cost_per_protected_hour, without_protection, paid_coverage,
         case when has_earlier then amount(total_cost - earlier_total_cost) end as total_cost_change,
         case when has_earlier then amount(amount_ratio(amount(total_cost - earlier_total_cost), earlier_total_cost) * 100) end as total_cost_change_percent,
         case when has_earlier then amount(cost_per_protected_hour - earlier_cost_per_protected_hour) end as cost_per_protected_hour_change,
         case when has_earlier then amount(without_protection - earlier_without_protection) end as without_protection_change,
         case when has_earlier then amount(paid_coverage - earlier_paid_coverage) end as paid_coverage_change
  from paired
)
select * from final order by billing_currency, month
