-- Each machine-day charge laid on the machine's time that day: on the slices that carry charges (`time_slice`) in
-- proportion to their seconds (`charge_split`); on a day without any time it stands alone (entry_number NULL).
-- grain: one row per charge group and slice
-- key: machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, entry_number
with target as (
  -- of a day with several such slices the first stands for all
  select machine_number, day, min(entry_number) as entry_number, count(*) as slices
  from ledger.time_slice
  where carries_charges
  group by machine_number, day
),
final as (
  -- most days have one such slice, or none: nothing is divided there
  select c.machine_number, c.subscription_id, c.day, c.charged_plan, c.billing_currency, c.is_free, c.allocated, t.entry_number,
         c.hours, c.billed_cost, c.effective_cost, c.cost
  from ledger.machine_charge c
  left join target t on t.machine_number = c.machine_number and t.day = c.day
  where t.slices is null or t.slices = 1
  union all
  select machine_number, subscription_id, day, charged_plan, billing_currency, is_free, allocated, entry_number, hours, billed_cost, effective_cost, cost
  from ledger.charge_split
)
select * from final
