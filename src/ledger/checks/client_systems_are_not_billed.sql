-- severity: warning
-- Defender for Servers does not license the sensor on Windows 10 or 11: such machines need a user licence, and the hourly
-- fee buys little for them. Setting the plan to Free on the machine ends it.
with charged as (
  select machine_number, billing_currency, amount(sum(billed_hours)) as hours, amount(sum(cost)) as cost
  from ledger.machine_total
  where machine_number is not null and billing_currency is not null
  group by machine_number, billing_currency
),
final as (
  select coalesce(m.subscription_id, 'unknown subscription') as subject, 'client systems are billed by the hour: they need a user licence instead' as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', ' || coalesce(amount_text(sum(c.hours)), 'unknown') || ' h, '
           || amount_text(sum(c.cost)) || ' ' || c.billing_currency || ', such as ' || min(m.name) as evidence
  from charged c
  join ledger.machine m on m.machine_number = c.machine_number
  where m.os_class = 'client' and c.cost > 0
  group by m.subscription_id, c.billing_currency
)
select * from final
