-- The figures that every report quotes, by name. Money per currency; a figure that cannot be computed has no value and
-- says why. What each is made of stands in money.sql, hours.sql, denominator.sql and reconciliation.sql.
-- grain: one row per figure and currency
-- key: figure, billing_currency
with billed as (
  select amount(coalesce(sum(hours), 0)) as billed_hours from ledger.charge
),
matching as (
  select coalesce(sum(case when status = 'matched' then 1 else 0 end), 0) as matched, coalesce(sum(case when status = 'under' then 1 else 0 end), 0) as under,
         coalesce(sum(case when status = 'over' then 1 else 0 end), 0) as over_, coalesce(sum(case when status = 'phantom' then 1 else 0 end), 0) as phantom,
         coalesce(sum(case when status = 'unbilled' then 1 else 0 end), 0) as unbilled, coalesce(sum(case when status = 'allocated' then 1 else 0 end), 0) as allocated
  from ledger.reconciliation
),
control as (
  select billing_currency, amount(sum(amount)) as control_total from config.control_total group by billing_currency
),
currency as (
  select billing_currency from ledger.money union select billing_currency from control
),
listed as (
  select 'total_cost' as figure, billing_currency, total_cost as value, 'money' as unit, cast(null as varchar) as reason from ledger.money
  union all select 'cost_protected', billing_currency, cost_protected, 'money', null from ledger.money
  union all select 'cost_unprotected', billing_currency, cost_unprotected, 'money', null from ledger.money
  union all select 'cost_not_applicable', billing_currency, cost_not_applicable, 'money', null from ledger.money
  union all select 'cost_unverified', billing_currency, cost_unverified, 'money', null from ledger.money
  union all select 'cost_stopped', billing_currency, cost_stopped, 'money', null from ledger.money
  union all select 'cost_while_off', billing_currency, cost_while_off, 'money', null from ledger.money
  union all select 'cost_power_unknown', billing_currency, cost_power_unknown, 'money', null from ledger.money
  union all select 'cost_unattributed', billing_currency, cost_unattributed, 'money', null from ledger.money
  union all select 'allocated_cost', billing_currency, allocated_cost, 'money', null from ledger.money
  union all select 'billed_hours_in_currency', billing_currency, billed_hours_in_currency, 'hours', null from ledger.money
  union all select 'paid_coverage', billing_currency, paid_coverage, 'percent',
         case when paid_coverage is null then 'nothing was billed' end from ledger.money
  union all select 'cost_per_protected_hour', billing_currency, cost_per_protected_hour, 'money per hour',
         case when cost_per_protected_hour is null then 'no protected hour is known' end
    from ledger.money
  union all select 'flat_month_cost', billing_currency, flat_month_cost, 'money',
         case when flat_month_cost is null then 'no hourly price is known for every plan billed' end
    from ledger.money
  union all select 'hourly_saving', billing_currency, hourly_saving, 'money',
         case when flat_month_cost is null then 'no hourly price is known for every plan billed' end
    from ledger.money
  union all select 'control_total', c.billing_currency, t.control_total, 'money', case when t.control_total is null then 'no control total was given' end
    from currency c left join control t on t.billing_currency = c.billing_currency
  union all select 'explained_cost', c.billing_currency, amount(coalesce(m.total_cost, 0) - coalesce(m.cost_unattributed, 0)), 'money', null
    from currency c left join ledger.money m on m.billing_currency = c.billing_currency
  union all select 'residual', c.billing_currency, amount(coalesce(t.control_total, m.total_cost) - coalesce(m.total_cost, 0) + coalesce(m.cost_unattributed, 0)), 'money', null
    from currency c left join ledger.money m on m.billing_currency = c.billing_currency left join control t on t.billing_currency = c.billing_currency
  union all select 'protected_hours', null, protected_hours, 'hours', null from ledger.hours
  union all select 'billed_hours', null, billed_hours, 'hours', null from billed
  union all select 'running_hours', null, running_hours, 'hours', null from ledger.hours
  union all select 'stopped_hours', null, stopped_hours, 'hours', null from ledger.hours
  union all select 'exposed_hours', null, exposed_hours, 'hours', null from ledger.hours
  union all select 'expected_hours', null, expected_hours, 'hours', null from ledger.hours
  union all select 'healthy_running_hours', null, healthy_running_hours, 'hours', null from ledger.hours
  union all select 'applicable_running_hours', null, applicable_running_hours, 'hours', null from ledger.hours
  union all select 'judged_running_hours', null, judged_running_hours, 'hours', null from ledger.hours
  union all select 'running_hours_observed', null, running_hours_observed, 'hours', null from ledger.hours
  union all select 'running_hours_inferred', null, running_hours_inferred, 'hours', null from ledger.hours
  union all select 'running_hours_assumed', null, running_hours_assumed, 'hours', null from ledger.hours
  union all select 'running_hours_none', null, running_hours_none, 'hours', null from ledger.hours
  union all select 'time_coverage', null, case when judged_running_hours > 0 then amount(amount_ratio(healthy_running_hours, applicable_running_hours) * 100) end, 'percent',
         case when applicable_running_hours = 0 then 'no running hour of a machine to which a sensor applies is known'
              when judged_running_hours = 0 then 'no sensor health is known: add a Defender for Endpoint machine list' end from ledger.hours
  union all select 'machine_coverage', null,
         case when t.judged_running_hours > 0 then amount(amount_ratio(amount(d.healthy), amount(d.machines)) * 100) end, 'percent',
         case when d.machines = 0 then 'no machine to which a sensor applies exists at the end of the period'
              when t.judged_running_hours = 0 then 'no sensor health is known: add a Defender for Endpoint machine list' end
    from ledger.denominator d cross join ledger.hours t where d.denominator = 'applicable'
  union all select 'machines_' || denominator, null, amount(machines), 'machines', null from ledger.denominator
  union all select 'healthy_' || denominator, null, amount(healthy), 'machines', null from ledger.denominator
  union all select 'machine_days_matched', null, amount(matched), 'machine-days', null from matching
  union all select 'machine_days_under', null, amount(under), 'machine-days', null from matching
  union all select 'machine_days_over', null, amount(over_), 'machine-days', null from matching
  union all select 'machine_days_phantom', null, amount(phantom), 'machine-days', null from matching
  union all select 'machine_days_unbilled', null, amount(unbilled), 'machine-days', null from matching
  union all select 'machine_days_allocated', null, amount(allocated), 'machine-days', null from matching
),
final as (
  select figure, billing_currency, amount(value) as value, unit, reason from listed
)
select * from final
