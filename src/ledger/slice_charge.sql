-- Shares of charges that stand on a slice of time, in the order of their hours where a slice has several.
-- is_only: 1 where a slice has no other.
-- grain: one row per charge group and slice of time
-- key: machine_number, day, entry_number, rank_on_slice
with several as (
  -- most slices have one charge, or none
  select machine_number, day, entry_number
  from ledger.charge_share
  where entry_number is not null
  group by machine_number, day, entry_number
  having count(*) > 1
),
final as (
  select c.*,
         row_number() over (partition by c.machine_number, c.day, c.entry_number
                            order by c.hours desc nulls last, c.charged_plan nulls last, c.billing_currency nulls last, c.is_free, c.allocated, c.subscription_id) as rank_on_slice,
         0 as is_only
  from ledger.charge_share c
  join several v on v.machine_number = c.machine_number and v.day = c.day and v.entry_number = c.entry_number
  union all
  select c.*, 1 as rank_on_slice, 1 as is_only
  from ledger.charge_share c
  left join several v on v.machine_number = c.machine_number and v.day = c.day and v.entry_number = c.entry_number
  where c.entry_number is not null and v.machine_number is null
)
select * from final
