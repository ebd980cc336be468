-- Days on which a machine is charged.
-- grain: one row per machine and day
-- key: machine_number, day
with final as (
  select distinct machine_number, day from ledger.machine_charge where machine_number is not null
)
select * from final
