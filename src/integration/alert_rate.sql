-- Alerts beside the running hours of the same state: protected (healthy sensor, billed or not), unprotected (billed without
-- a healthy sensor), uncovered (neither). per_thousand: alerts per thousand of these hours; NULL without an hour.
-- grain: one row per hour state
-- key: hour_state
with state as (
  select 'protected' as hour_state, 1 as position union all select 'unprotected', 2 union all select 'uncovered', 3 union all select 'unknown_machine', 4
),
hours as (
  select case when bucket in ('protected', 'protected_unbilled') then 'protected'
              when bucket in ('paid_unprotected', 'paid_not_applicable', 'paid_unverified') then 'unprotected'
              when bucket in ('exposed', 'unverified_unbilled', 'out_of_scope') then 'uncovered' end as hour_state,
         hours_of_seconds(sum(seconds)) as hours
  from ledger.machine_total
  group by 1
),
counted as (
  select hour_state, count(*) as alerts, count(distinct machine_number) as machines,
         sum(case when severity = 'high' then 1 else 0 end) as high_alerts
  from integration.alert_state
  group by hour_state
),
final as (
  select s.hour_state, cast(s.position as integer) as position, cast(coalesce(c.alerts, 0) as integer) as alerts, cast(coalesce(c.machines, 0) as integer) as machines,
         cast(coalesce(c.high_alerts, 0) as integer) as high_alerts, h.hours,
         amount_ratio(amount(coalesce(c.alerts, 0) * 1000), h.hours) as per_thousand
  from state s
  left join hours h on h.hour_state = s.hour_state
  left join counted c on c.hour_state = s.hour_state
)
select * from final
