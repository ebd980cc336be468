-- severity: info
-- Hours count on the day of the charge; an invoice goes by billing period, which need not be the calendar month (enterprise
-- months, anniversaries of pay-as-you-go, charges that arrived late). Where they differ, the total of the period is not
-- the total of one invoice.
with charged as (
  select l.billing_period_start, c.billing_currency, count(*) as lines, amount(sum(c.cost)) as cost, min(c.day) as first_day, max(c.day) as last_day
  from ledger.charge c
  join ledger.defender_line l on l.cost_line_id = c.charge_id
  where l.billing_period_start is not null
    and (l.billing_period_start > c.day or date_trunc('month', l.billing_period_start) <> date_trunc('month', c.day)
         or l.billing_period_start <> date_trunc('month', l.billing_period_start))
  group by l.billing_period_start, c.billing_currency
),
final as (
  select 'billing period from ' || cast(billing_period_start as varchar) as subject,
         'charges count on their day; the invoice of their billing period covers other days than the calendar month' as message,
         cast(lines as varchar) || case when lines = 1 then ' line' else ' lines' end || ' of ' || cast(first_day as varchar) || ' to ' || cast(last_day as varchar)
           || coalesce(', ' || amount_text(cost), '') || coalesce(' ' || billing_currency, '') as evidence
  from charged
)
select * from final
