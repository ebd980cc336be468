-- Where the machine's time and money went: the rows of the ledger by bucket, evidence and currency.
-- grain: one row per bucket, evidence and currency
-- key: bucket, evidence, billing_currency
with final as (
  select l.bucket, l.evidence, l.billing_currency, hours_of_seconds(sum(l.seconds)) as hours, amount(sum(l.billed_hours)) as billed_hours, amount(sum(l.cost)) as cost
  from ledger.ledger l
  join config.explained e on e.machine_number = l.machine_number
  group by l.bucket, l.evidence, l.billing_currency
)
select * from final
order by bucket, evidence, billing_currency nulls first
