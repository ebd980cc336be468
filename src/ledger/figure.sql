-- The figures that every report quotes, by name. Money per currency; a figure that cannot be computed has no value and
-- says why. Only time whose evidence reaches the demanded level (setting minimum_evidence) counts in hours and coverage;
-- money always counts in full.
-- grain: one row per figure and currency
-- key: figure, billing_currency
with level as (
  select coalesce(max(case value when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end), 4) as weakest
  from config.setting
  where key = 'minimum_evidence'
),
entry as (
  select l.*,
         case when (case l.evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) <= v.weakest then l.seconds else 0 end as counted_seconds
  from ledger.ledger l
  cross join level v
),
money as (
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
  from entry
  where billing_currency is not null
  group by billing_currency
),
protected_hours_by_currency as (
  select billing_currency, hours_of_seconds(sum(case when bucket = 'protected' then counted_seconds else 0 end)) as protected_hours
  from entry
  where billing_currency is not null
  group by billing_currency
),
time as (
  select hours_of_seconds(coalesce(sum(case when bucket = 'protected' then counted_seconds else 0 end), 0)) as protected_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' then counted_seconds else 0 end), 0)) as running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'stopped' then counted_seconds else 0 end), 0)) as stopped_hours,
         hours_of_seconds(coalesce(sum(case when bucket = 'exposed' then counted_seconds else 0 end), 0)) as exposed_hours,
         hours_of_seconds(coalesce(sum(case when power in ('running', 'stopped') then counted_seconds else 0 end), 0)) as expected_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health = 'healthy' then counted_seconds else 0 end), 0)) as healthy_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health <> 'not_applicable' then counted_seconds else 0 end), 0)) as applicable_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and health in ('healthy', 'unhealthy') then counted_seconds else 0 end), 0)) as judged_running_hours,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'observed' then seconds else 0 end), 0)) as running_hours_observed,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'inferred' then seconds else 0 end), 0)) as running_hours_inferred,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'assumed' then seconds else 0 end), 0)) as running_hours_assumed,
         hours_of_seconds(coalesce(sum(case when power = 'running' and evidence = 'none' then seconds else 0 end), 0)) as running_hours_none
  from entry
),
billed as (
  select amount(coalesce(sum(hours), 0)) as billed_hours from ledger.charge
),
matching as (
  select coalesce(sum(case when status = 'matched' then 1 else 0 end), 0) as matched, coalesce(sum(case when status = 'under' then 1 else 0 end), 0) as under,
         coalesce(sum(case when status = 'over' then 1 else 0 end), 0) as over_, coalesce(sum(case when status = 'phantom' then 1 else 0 end), 0) as phantom,
         coalesce(sum(case when status = 'unbilled' then 1 else 0 end), 0) as unbilled, coalesce(sum(case when status = 'allocated' then 1 else 0 end), 0) as allocated
  from ledger.reconciliation
),
machine_plan as (
  select machine_id, charged_plan, billing_currency,
         row_number() over (partition by machine_id, billing_currency order by sum(hours) desc nulls last, charged_plan desc) as choice
  from ledger.machine_charge
  where machine_id is not null and not is_free
  group by machine_id, charged_plan, billing_currency
),
flat as (
  select p.billing_currency,
         case when sum(case when c.hourly_cost is null then 1 else 0 end) > 0 then cast(null as decimal(38, 24))
              else amount(sum(c.hourly_cost * cast(p.machines * 730 as integer))) end as flat_month_cost
  from (
    select charged_plan, billing_currency, count(*) as machines from machine_plan where choice = 1 group by charged_plan, billing_currency
  ) p
  left join ledger.cost_per_hour c on c.plan = p.charged_plan and c.billing_currency = p.billing_currency
  group by p.billing_currency
),
control as (
  select billing_currency, amount(sum(amount)) as control_total from config.control_total group by billing_currency
),
currency as (
  select billing_currency from money union select billing_currency from control
),
listed as (
  select 'total_cost' as figure, billing_currency, total_cost as value, 'money' as unit, cast(null as varchar) as reason from money
  union all select 'cost_protected', billing_currency, cost_protected, 'money', null from money
  union all select 'cost_unprotected', billing_currency, cost_unprotected, 'money', null from money
  union all select 'cost_not_applicable', billing_currency, cost_not_applicable, 'money', null from money
  union all select 'cost_unverified', billing_currency, cost_unverified, 'money', null from money
  union all select 'cost_stopped', billing_currency, cost_stopped, 'money', null from money
  union all select 'cost_while_off', billing_currency, cost_while_off, 'money', null from money
  union all select 'cost_power_unknown', billing_currency, cost_power_unknown, 'money', null from money
  union all select 'cost_unattributed', billing_currency, cost_unattributed, 'money', null from money
  union all select 'allocated_cost', billing_currency, allocated_cost, 'money', null from money
  union all select 'billed_hours_in_currency', billing_currency, billed_hours_in_currency, 'hours', null from money
  union all select 'paid_coverage', billing_currency, amount(amount_ratio(cost_protected, total_cost) * 100), 'percent',
         case when total_cost = 0 then 'nothing was billed' end from money
  union all select 'cost_per_protected_hour', m.billing_currency, amount_ratio(m.total_cost, h.protected_hours), 'money per hour',
         case when h.protected_hours = 0 then 'no protected hour is known' end
    from money m join protected_hours_by_currency h on h.billing_currency = m.billing_currency
  union all select 'flat_month_cost', m.billing_currency, f.flat_month_cost, 'money',
         case when f.flat_month_cost is null then 'no hourly price is known for every plan billed' end
    from money m left join flat f on f.billing_currency = m.billing_currency
  union all select 'hourly_saving', m.billing_currency, amount(f.flat_month_cost - m.total_cost), 'money',
         case when f.flat_month_cost is null then 'no hourly price is known for every plan billed' end
    from money m left join flat f on f.billing_currency = m.billing_currency
  union all select 'control_total', c.billing_currency, t.control_total, 'money', case when t.control_total is null then 'no control total was given' end
    from currency c left join control t on t.billing_currency = c.billing_currency
  union all select 'explained_cost', c.billing_currency, amount(coalesce(m.total_cost, 0) - coalesce(m.cost_unattributed, 0)), 'money', null
    from currency c left join money m on m.billing_currency = c.billing_currency
  union all select 'residual', c.billing_currency, amount(coalesce(t.control_total, m.total_cost) - coalesce(m.total_cost, 0) + coalesce(m.cost_unattributed, 0)), 'money', null
    from currency c left join money m on m.billing_currency = c.billing_currency left join control t on t.billing_currency = c.billing_currency
  union all select 'protected_hours', null, protected_hours, 'hours', null from time
  union all select 'billed_hours', null, billed_hours, 'hours', null from billed
  union all select 'running_hours', null, running_hours, 'hours', null from time
  union all select 'stopped_hours', null, stopped_hours, 'hours', null from time
  union all select 'exposed_hours', null, exposed_hours, 'hours', null from time
  union all select 'expected_hours', null, expected_hours, 'hours', null from time
  union all select 'healthy_running_hours', null, healthy_running_hours, 'hours', null from time
  union all select 'applicable_running_hours', null, applicable_running_hours, 'hours', null from time
  union all select 'judged_running_hours', null, judged_running_hours, 'hours', null from time
  union all select 'running_hours_observed', null, running_hours_observed, 'hours', null from time
  union all select 'running_hours_inferred', null, running_hours_inferred, 'hours', null from time
  union all select 'running_hours_assumed', null, running_hours_assumed, 'hours', null from time
  union all select 'running_hours_none', null, running_hours_none, 'hours', null from time
  union all select 'time_coverage', null, case when judged_running_hours > 0 then amount(amount_ratio(healthy_running_hours, applicable_running_hours) * 100) end, 'percent',
         case when applicable_running_hours = 0 then 'no running hour of a machine to which a sensor applies is known'
              when judged_running_hours = 0 then 'no sensor health is known: add a Defender for Endpoint machine list' end from time
  union all select 'machine_coverage', null,
         case when t.judged_running_hours > 0 then amount(amount_ratio(amount(d.healthy), amount(d.machines)) * 100) end, 'percent',
         case when d.machines = 0 then 'no machine to which a sensor applies exists at the end of the period'
              when t.judged_running_hours = 0 then 'no sensor health is known: add a Defender for Endpoint machine list' end
    from ledger.denominator d cross join time t where d.denominator = 'applicable'
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
