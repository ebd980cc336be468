-- severity: info
-- Refunds and corrections can make a machine's month negative. They keep their sign: the ledger adds up, but the
-- machine's own cost of the period says little.
with final as (
  select m.machine_id as subject, 'refunds and corrections outweigh the charges of the machine' as message,
         amount_text(sum(cost)) || ' ' || coalesce(billing_currency, '') || ' in ' || cast(count(*) as varchar) || ' lines, '
           || cast(sum(case when cost < 0 then 1 else 0 end) as varchar) || ' of them negative' as evidence
  from ledger.charge c
  join ledger.machine m on m.machine_number = c.machine_number
  group by m.machine_id, c.billing_currency
  having sum(cost) < 0
)
select * from final
