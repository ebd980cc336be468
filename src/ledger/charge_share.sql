-- Each machine-day charge laid on the machine's time that day: on its billable slices in proportion to their seconds;
-- without billable time on the slices of unknown power, then on those that were off; without any it stands alone
-- (slice_number NULL). What truncation leaves over goes to the largest slice.
-- grain: one row per charge group and slice
-- key: machine_id, subscription_id, day, charged_plan, billing_currency, is_free, allocated, slice_number
with slice as (
  select *,
         row_number() over (partition by machine_id, day order by power, health, issue nulls last, evidence) as slice_number,
         case when power in ('running', 'stopped') then 1 when power = 'unknown' then 2 else 3 end as tier
  from ledger.time_slice
),
best_tier as (
  select machine_id, day, min(tier) as tier from slice group by machine_id, day
),
target as (
  select s.machine_id, s.day, s.slice_number, s.seconds,
         sum(s.seconds) over (partition by s.machine_id, s.day) as total_seconds,
         row_number() over (partition by s.machine_id, s.day order by s.seconds desc, s.slice_number) as size_rank
  from slice s
  join best_tier b on b.machine_id = s.machine_id and b.day = s.day and b.tier = s.tier
),
share as (
  select c.*, t.slice_number, t.size_rank,
         case when t.total_seconds is null or t.seconds = t.total_seconds then c.hours
              else units_amount(integer_quotient(amount_units(c.hours) * t.seconds, t.total_seconds)) end as share_hours,
         case when t.total_seconds is null or t.seconds = t.total_seconds then c.billed_cost
              else units_amount(integer_quotient(amount_units(c.billed_cost) * t.seconds, t.total_seconds)) end as share_billed_cost,
         case when t.total_seconds is null or t.seconds = t.total_seconds then c.effective_cost
              else units_amount(integer_quotient(amount_units(c.effective_cost) * t.seconds, t.total_seconds)) end as share_effective_cost,
         case when t.total_seconds is null or t.seconds = t.total_seconds then c.cost
              else units_amount(integer_quotient(amount_units(c.cost) * t.seconds, t.total_seconds)) end as share_cost
  from ledger.machine_charge c
  left join target t on t.machine_id = c.machine_id and t.day = c.day
),
rest as (
  select *,
         hours - sum(share_hours) over w as rest_hours,
         billed_cost - sum(share_billed_cost) over w as rest_billed_cost,
         effective_cost - sum(share_effective_cost) over w as rest_effective_cost,
         cost - sum(share_cost) over w as rest_cost
  from share
  window w as (partition by machine_id, subscription_id, day, charged_plan, billing_currency, is_free, allocated)
),
final as (
  select machine_id, subscription_id, day, charged_plan, billing_currency, is_free, allocated, slice_number,
         amount(share_hours + case when size_rank = 1 then rest_hours else 0 end) as hours,
         amount(share_billed_cost + case when size_rank = 1 then rest_billed_cost else 0 end) as billed_cost,
         amount(share_effective_cost + case when size_rank = 1 then rest_effective_cost else 0 end) as effective_cost,
         amount(share_cost + case when size_rank = 1 then rest_cost else 0 end) as cost
  from rest
)
select * from final
