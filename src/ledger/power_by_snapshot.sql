-- Power of the machines that neither operations nor compute hours speak of: the availability metric where it has values;
-- else the nearest inventory snapshot, assumed, but inferred where it says off and the metric is silent within its stretch;
-- for Arc inferred between the agent's last change and the snapshot; for direct onboarding assumed from the device's
-- first to its last report; otherwise unknown.
-- grain: one row per machine and segment
-- key: machine_number, from_at
with silent as (
  select m.machine_number, m.kind, m.device_id, m.life_from_at, m.life_until_at
  from ledger.machine m
  left join (select distinct machine_number from ledger.power_event) e on e.machine_number = m.machine_number
  left join (select distinct machine_number from ledger.compute_day) c on c.machine_number = m.machine_number
  where e.machine_number is null and (c.machine_number is null or m.kind not in ('azure-vm', 'scale-set-instance'))
),
direct_span as (
  select s.machine_number, min(coalesce(d.first_seen_at, g.first_snapshot_at)) as seen_from_at, max(g.last_sign_at) + 86400 as seen_until_at
  from silent s
  join normalise.device_state d on d.device_id = s.device_id
  join ledger.endpoint_group g on g.state_id = d.state_id
  where s.kind = 'direct'
  group by s.machine_number
),
metric as (
  select m.* from ledger.power_metric m join silent s on s.machine_number = m.machine_number
),
metric_span as (
  select machine_number, min(from_at) as from_at, max(until_at) as until_at from metric group by machine_number
),
point as (
  select machine_number, life_from_at as event_at from silent
  union select n.machine_number, n.nearest_from_at from ledger.power_snapshot n join silent s on s.machine_number = n.machine_number
  union select n.machine_number, n.changed_at from ledger.power_snapshot n join silent s on s.machine_number = n.machine_number where n.changed_at is not null
  union select n.machine_number, n.snapshot_at from ledger.power_snapshot n join silent s on s.machine_number = n.machine_number where n.changed_at is not null
  union select machine_number, seen_from_at from direct_span
  union select machine_number, seen_until_at from direct_span
  union select machine_number, from_at from metric
  union select machine_number, until_at from metric
),
elementary as (
  select p.machine_number, p.event_at as from_at, s.kind,
         coalesce(lead(p.event_at) over (partition by p.machine_number order by p.event_at), s.life_until_at) as next_at, s.life_until_at
  from point p
  join silent s on s.machine_number = p.machine_number
  where p.event_at >= s.life_from_at and p.event_at < s.life_until_at
),
inside as (
  select machine_number, from_at, least(next_at, life_until_at) as until_at, kind from elementary where from_at < least(next_at, life_until_at)
),
by_change as (
  select e.machine_number, e.from_at, min(n.snapshot_at) as snapshot_at
  from inside e
  join ledger.power_snapshot n on n.machine_number = e.machine_number and n.changed_at <= e.from_at and e.from_at < n.snapshot_at
  group by e.machine_number, e.from_at
),
final as (
  select e.machine_number, e.from_at, e.until_at,
         coalesce(m.power, c.power, n.power,
                  case when e.kind = 'direct' then case when d.seen_from_at <= e.from_at and e.from_at < d.seen_until_at then 'running' else 'off' end end,
                  'unknown') as power,
         case when m.power is not null then m.evidence
              when c.power is not null or (n.power = 'off' and r.machine_number is not null) then 'inferred'
              when n.power is not null or e.kind = 'direct' then 'assumed' else 'none' end as evidence,
         cast(null as bigint) as on_seconds
  from inside e
  left join by_change b on b.machine_number = e.machine_number and b.from_at = e.from_at
  left join ledger.power_snapshot c on c.machine_number = b.machine_number and c.snapshot_at = b.snapshot_at
  left join ledger.power_snapshot n on n.machine_number = e.machine_number and n.nearest_from_at <= e.from_at and e.from_at < n.nearest_until_at
  left join direct_span d on d.machine_number = e.machine_number
  left join metric m on m.machine_number = e.machine_number and m.from_at <= e.from_at and e.from_at < m.until_at
  left join metric_span r on r.machine_number = e.machine_number and r.from_at <= e.from_at and e.from_at < r.until_at
)
select * from final
