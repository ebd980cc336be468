-- Machine-days by how the bill agrees with the hours on.
-- grain: one row per status
-- key: status
with final as (
  select status, cast(count(*) as integer) as machine_days, cast(count(distinct machine_number) as integer) as machines,
         amount(coalesce(sum(billed_hours), 0)) as billed_hours, amount(coalesce(sum(expected_hours), 0)) as expected_hours,
         amount(coalesce(sum(variance_hours), 0)) as variance_hours
  from ledger.reconciliation
  group by status
)
select * from final
order by case status when 'matched' then 1 when 'under' then 2 when 'over' then 3 when 'phantom' then 4 when 'unbilled' then 5 when 'allocated' then 6 else 7 end, status
