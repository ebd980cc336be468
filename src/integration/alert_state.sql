-- Security alerts of the period, each in its newest record, with the machine and what its hour was when the alert began:
-- `protected` (the sensor was healthy), `unprotected` (billed, and the sensor not healthy or not known), `uncovered` (no
-- charge that day and no healthy sensor), `unknown_machine`. That an alert falls into such an hour is no claim of cause.
-- match_evidence: resource_id, or host_name where the alert names only a host and one machine alone has that name.
-- grain: one row per alert
-- key: alert_id
with ranked as (
  select *, row_number() over (partition by alert_id order by snapshot_at desc nulls last, file_id desc) as newest from normalise.alert
),
alert as (
  -- a host is looked for only where no resource is named
  select r.*, case when r.resource_id is null then host_of(r.host_name) end as wanted_host
  from ranked r
  cross join config.period p
  where r.newest = 1 and r.raised_at >= p.from_at and r.raised_at < p.until_at
),
host as (
  select lower(name) as host_name, min(machine_number) as machine_number from ledger.machine where alive_from_at is not null group by lower(name) having count(*) = 1
),
owner as (
  select a.alert_id, i.machine_number, row_number() over (partition by a.alert_id order by i.from_at desc, i.machine_number) as choice
  from alert a
  join ledger.machine_identity i on i.resource_id = a.resource_id and i.from_at <= a.raised_at and a.raised_at < i.until_at
),
placed as (
  select a.*, coalesce(o.machine_number, h.machine_number) as machine_number,
         case when o.machine_number is not null then 'resource_id' when h.machine_number is not null then 'host_name' end as match_evidence
  from alert a
  left join owner o on o.alert_id = a.alert_id and o.choice = 1
  left join host h on h.host_name = a.wanted_host
),
-- of a large estate few machines have alerts
wanted as (
  select distinct machine_number from placed where machine_number is not null
),
wanted_health as (
  select h.machine_number, h.from_at, h.until_at, h.health from wanted w join ledger.health h on h.machine_number = w.machine_number
),
wanted_day as (
  select b.machine_number, b.day from wanted w join ledger.billed_day b on b.machine_number = w.machine_number
),
final as (
  select p.alert_id, p.alert_type, p.title, p.severity, p.status, p.raised_at, m.machine_number, m.machine_id, m.name, m.owner, coalesce(m.subscription_name, p.subscription_id) as subscription_name,
         coalesce(p.resource_id, p.host_name) as named, p.match_evidence, h.health,
         case when m.machine_number is null then 'unknown_machine' when h.health = 'healthy' then 'protected'
              when b.machine_number is not null then 'unprotected' else 'uncovered' end as hour_state
  from placed p
  left join ledger.machine m on m.machine_number = p.machine_number
  left join wanted_health h on h.machine_number = p.machine_number and h.from_at <= p.raised_at and p.raised_at < h.until_at
  left join wanted_day b on b.machine_number = p.machine_number and b.day = day_of(p.raised_at)
)
select * from final
