-- Charges of days with several slices of time that carry them, laid on each in proportion to its seconds. What truncation
-- leaves over goes to the largest slice.
-- grain: one row per charge group and slice, of days with several such slices
-- key: machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, entry_number
with target as (
  select machine_number, day, entry_number, seconds, carrying_seconds as total_seconds
  from ledger.time_slice
  where carries_charges and carrying_slices > 1
),
share as (
  select c.*, t.entry_number,
         row_number() over (partition by c.machine_number, c.subscription_id, c.day, c.charged_plan, c.billing_currency, c.is_free, c.allocated
                            order by t.seconds desc, t.entry_number) as size_rank,
         amount_part(c.hours, t.seconds, t.total_seconds) as share_hours,
         amount_part(c.billed_cost, t.seconds, t.total_seconds) as share_billed_cost,
         amount_part(c.effective_cost, t.seconds, t.total_seconds) as share_effective_cost,
         amount_part(c.cost, t.seconds, t.total_seconds) as share_cost
  from ledger.machine_charge c
  join target t on t.machine_number = c.machine_number and t.day = c.day
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
  select machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, entry_number,
         amount(share_hours + case when size_rank = 1 then rest_hours else 0 end) as hours,
         amount(share_billed_cost + case when size_rank = 1 then rest_billed_cost else 0 end) as billed_cost,
         amount(share_effective_cost + case when size_rank = 1 then rest_effective_cost else 0 end) as effective_cost,
         amount(share_cost + case when size_rank = 1 then rest_cost else 0 end) as cost
  from rest
)
select * from final
