-- Power of the machines that neither operations nor compute hours speak of: the availability metric where it has values;
-- else the nearest inventory snapshot, assumed, but inferred where it says off and the metric is silent within its stretch;
-- for Arc inferred between the agent's last change and the snapshot; for direct onboarding assumed from the device's
-- first to its last report; otherwise unknown.
-- grain: one row per machine and segment
-- key: machine_id, from_at
with silent as (
  select m.machine_id, m.kind, m.device_id, m.life_from_at, m.life_until_at
  from ledger.machine m
  left join (select distinct machine_id from ledger.power_event) e on e.machine_id = m.machine_id
  left join (select distinct machine_id from ledger.compute_day) c on c.machine_id = m.machine_id
  where e.machine_id is null and (c.machine_id is null or m.kind not in ('azure-vm', 'scale-set-instance'))
),
direct_span as (
  select s.machine_id, min(coalesce(d.first_seen_at, g.first_snapshot_at)) as seen_from_at, max(g.last_sign_at) + 86400 as seen_until_at
  from silent s
  join normalise.device_state d on d.device_id = s.device_id
  join ledger.endpoint_group g on g.state_id = d.state_id
  where s.kind = 'direct'
  group by s.machine_id
),
metric as (
  select m.* from ledger.power_metric m join silent s on s.machine_id = m.machine_id
),
metric_span as (
  select machine_id, min(from_at) as from_at, max(until_at) as until_at from metric group by machine_id
),
point as (
  select machine_id, life_from_at as event_at from silent
  union select n.machine_id, n.nearest_from_at from ledger.power_snapshot n join silent s on s.machine_id = n.machine_id
  union select n.machine_id, n.changed_at from ledger.power_snapshot n join silent s on s.machine_id = n.machine_id where n.changed_at is not null
  union select n.machine_id, n.snapshot_at from ledger.power_snapshot n join silent s on s.machine_id = n.machine_id where n.changed_at is not null
  union select machine_id, seen_from_at from direct_span
  union select machine_id, seen_until_at from direct_span
  union select machine_id, from_at from metric
  union select machine_id, until_at from metric
),
elementary as (
  select p.machine_id, p.event_at as from_at, s.kind,
         coalesce(lead(p.event_at) over (partition by p.machine_id order by p.event_at), s.life_until_at) as next_at, s.life_until_at
  from point p
  join silent s on s.machine_id = p.machine_id
  where p.event_at >= s.life_from_at and p.event_at < s.life_until_at
),
inside as (
  select machine_id, from_at, least(next_at, life_until_at) as until_at, kind from elementary where from_at < least(next_at, life_until_at)
),
by_change as (
  select e.machine_id, e.from_at, min(n.snapshot_at) as snapshot_at
  from inside e
  join ledger.power_snapshot n on n.machine_id = e.machine_id and n.changed_at <= e.from_at and e.from_at < n.snapshot_at
  group by e.machine_id, e.from_at
),
final as (
  select e.machine_id, e.from_at, e.until_at,
         coalesce(m.power, c.power, n.power,
                  case when e.kind = 'direct' then case when d.seen_from_at <= e.from_at and e.from_at < d.seen_until_at then 'running' else 'off' end end,
                  'unknown') as power,
         case when m.power is not null then m.evidence
              when c.power is not null or (n.power = 'off' and r.machine_id is not null) then 'inferred'
              when n.power is not null or e.kind = 'direct' then 'assumed' else 'none' end as evidence,
         cast(null as bigint) as on_seconds
  from inside e
  left join by_change b on b.machine_id = e.machine_id and b.from_at = e.from_at
  left join ledger.power_snapshot c on c.machine_id = b.machine_id and c.snapshot_at = b.snapshot_at
  left join ledger.power_snapshot n on n.machine_id = e.machine_id and n.nearest_from_at <= e.from_at and e.from_at < n.nearest_until_at
  left join direct_span d on d.machine_id = e.machine_id
  left join metric m on m.machine_id = e.machine_id and m.from_at <= e.from_at and e.from_at < m.until_at
  left join metric_span r on r.machine_id = e.machine_id and r.from_at <= e.from_at and e.from_at < r.until_at
)
select * from final
