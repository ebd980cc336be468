-- severity: broken
-- No charge is counted twice: every charge is one line of one file, and lands on at most one machine.
with final as (
  select cast(charge_id as varchar) as subject, 'a charge is counted more than once' as message, cast(count(*) as varchar) || ' times' as evidence
  from ledger.charge
  group by charge_id
  having count(*) > 1
)
select * from final
