-- Time and money of a month by bucket, subscription and owner.
-- grain: one row per month, subscription, owner, bucket and currency
-- key: month, subscription_id, owner, bucket, billing_currency
with final as (
  select p.from_day as month, l.subscription_id, m.owner, l.bucket, l.billing_currency,
         cast(sum(l.seconds) as bigint) as seconds, amount(sum(l.billed_hours)) as billed_hours, amount(sum(l.cost)) as cost
  from ledger.ledger l
  cross join config.period p
  left join ledger.machine m on m.machine_number = l.machine_number
  group by 1, 2, 3, 4, 5
)
select * from final
