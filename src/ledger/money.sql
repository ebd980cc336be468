-- Money by what it bought, and what a flat month of the same machines would have cost. One row a currency; currencies
-- are never added.
-- grain: one row per currency of the bill
-- key: billing_currency
with money as (
  select billing_currency,
         amount(sum(cost)) as total_cost,
         amount(sum(case when bucket = 'protected' then cost else 0 end)) as cost_protected,
         amount(sum(case when bucket = 'paid_unprotected' then cost else 0 end)) as cost_unprotected,
         amount(sum(case when bucket = 'paid_not_applicable' then cost else 0 end)) as cost_not_applicable,
         amount(sum(case when bucket = 'paid_unverified' then cost else 0 end)) as cost_unverified,
         amount(sum(case when bucket = 'paid_stopped' then cost else 0 end)) as cost_stopped,
         amount(sum(case when bucket = 'billed_while_off' then cost else 0 end)) as cost_while_off,
         amount(sum(case when bucket = 'power_unknown' then cost else 0 end)) as cost_power_unknown,
         amount(sum(case when bucket = 'unattributed' then cost else 0 end)) as cost_unattributed,
         amount(sum(case when allocated then cost else 0 end)) as allocated_cost,
         amount(sum(billed_hours)) as billed_hours_in_currency
  from ledger.counted_entry
  where billing_currency is not null
  group by billing_currency
),
protected_hours_by_currency as (
  select billing_currency, hours_of_seconds(sum(case when bucket = 'protected' then counted_seconds else 0 end)) as protected_hours
  from ledger.counted_entry
  where billing_currency is not null
  group by billing_currency
),
flat as (
  select billing_currency,
         case when sum(case when flat_month_cost is null then 1 else 0 end) > 0 then cast(null as decimal(38, 24)) else amount(sum(flat_month_cost)) end as flat_month_cost
  from ledger.flat_month
  group by billing_currency
),
final as (
  select m.*, h.protected_hours, amount_ratio(m.total_cost, h.protected_hours) as cost_per_protected_hour,
         amount(amount_ratio(m.cost_protected, m.total_cost) * 100) as paid_coverage,
         f.flat_month_cost, amount(f.flat_month_cost - m.total_cost) as hourly_saving
  from money m
  join protected_hours_by_currency h on h.billing_currency = m.billing_currency
  left join flat f on f.billing_currency = m.billing_currency
)
select * from final
