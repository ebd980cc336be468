-- Machines with alerts, those that had no healthy sensor at the end of the period first, then by severity and number.
-- grain: one row per machine that an alert names, known or not
-- key: subject
with counted as (
  select coalesce(machine_id, named, alert_id) as subject, max(machine_number) as machine_number, max(coalesce(name, named)) as name, max(owner) as owner, max(subscription_name) as subscription_name,
         count(*) as alerts, sum(case when severity = 'high' then 1 else 0 end) as high_alerts,
         sum(case when hour_state = 'protected' then 1 else 0 end) as alerts_protected,
         sum(case when hour_state = 'unprotected' then 1 else 0 end) as alerts_unprotected,
         sum(case when hour_state = 'uncovered' then 1 else 0 end) as alerts_uncovered,
         sum(case when status in ('active', 'inprogress') then 1 else 0 end) as alerts_open, max(raised_at) as newest_at
  from integration.alert_state
  group by coalesce(machine_id, named, alert_id)
),
last_health as (
  select machine_number, max_by(health, from_at) as health from ledger.health group by machine_number
),
final as (
  select c.subject, cast(row_number() over (order by case when h.health = 'healthy' then 1 else 0 end, c.high_alerts desc, c.alerts desc, c.subject) as integer) as position,
         c.machine_number, c.name, c.owner, c.subscription_name, cast(c.alerts as integer) as alerts, cast(c.high_alerts as integer) as high_alerts,
         cast(c.alerts_open as integer) as alerts_open, cast(c.alerts_protected as integer) as alerts_protected, cast(c.alerts_unprotected as integer) as alerts_unprotected,
         cast(c.alerts_uncovered as integer) as alerts_uncovered, h.health as last_health, c.newest_at
  from counted c
  left join last_health h on h.machine_number = c.machine_number
)
select * from final
