-- Time and money of a month by bucket, subscription and owner.
-- grain: one row per month, subscription, owner, bucket and currency
-- key: month, subscription_id, owner, bucket, billing_currency
with of_machine as (
  select machine_number, subscription_id, bucket, billing_currency,
         cast(sum(seconds) as bigint) as seconds, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.machine_total
  group by machine_number, subscription_id, bucket, billing_currency
),
final as (
  select p.from_day as month, s.subscription_id, m.owner, s.bucket, s.billing_currency,
         cast(sum(s.seconds) as bigint) as seconds, amount(sum(s.billed_hours)) as billed_hours, amount(sum(s.cost)) as cost
  from of_machine s
  cross join config.period p
  left join ledger.machine m on m.machine_number = s.machine_number
  group by 1, 2, 3, 4, 5
)
select * from final
