-- Each machine-day charge laid on the machine's time that day: on the slices that carry charges (`time_slice`) in
-- proportion to their seconds; on a day without any time it stands alone (slice_number NULL). What truncation leaves over goes to the largest slice.
-- grain: one row per charge group and slice
-- key: machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, slice_number
with target as (
  select machine_number, day, slice_number, seconds, carrying_seconds as total_seconds, carrying_slices as slices
  from ledger.time_slice
  where carries_charges
),
-- most days have one such slice, or none: nothing is divided there
whole as (
  select c.machine_number, c.subscription_id, c.day, c.charged_plan, c.billing_currency, c.is_free, c.allocated, t.slice_number,
         c.hours, c.billed_cost, c.effective_cost, c.cost
  from ledger.machine_charge c
  left join target t on t.machine_number = c.machine_number and t.day = c.day
  where t.slices is null or t.slices = 1
),
share as (
  select c.*, t.slice_number,
         row_number() over (partition by c.machine_number, c.subscription_id, c.day, c.charged_plan, c.billing_currency, c.is_free, c.allocated
                            order by t.seconds desc, t.slice_number) as size_rank,
         units_amount(integer_quotient(amount_units(c.hours) * t.seconds, t.total_seconds)) as share_hours,
         units_amount(integer_quotient(amount_units(c.billed_cost) * t.seconds, t.total_seconds)) as share_billed_cost,
         units_amount(integer_quotient(amount_units(c.effective_cost) * t.seconds, t.total_seconds)) as share_effective_cost,
         units_amount(integer_quotient(amount_units(c.cost) * t.seconds, t.total_seconds)) as share_cost
  from ledger.machine_charge c
  join target t on t.machine_number = c.machine_number and t.day = c.day
  where t.slices > 1
),
rest as (
  select *,
         hours - sum(share_hours) over w as rest_hours,
         billed_cost - sum(share_billed_cost) over w as rest_billed_cost,
         effective_cost - sum(share_effective_cost) over w as rest_effective_cost,
         cost - sum(share_cost) over w as rest_cost
  from share
  window w as (partition by machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated)
),
final as (
  select machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, slice_number,
         amount(share_hours + case when size_rank = 1 then rest_hours else 0 end) as hours,
         amount(share_billed_cost + case when size_rank = 1 then rest_billed_cost else 0 end) as billed_cost,
         amount(share_effective_cost + case when size_rank = 1 then rest_effective_cost else 0 end) as effective_cost,
         amount(share_cost + case when size_rank = 1 then rest_cost else 0 end) as cost
  from rest
  union all
  select * from whole
)
select * from final
