-- Power of machines whose operations are on record, over their whole known life: a segment begun by an event is
-- observed; before the first event the state is the one that the event leaves, inferred.
-- grain: one row per machine and segment
-- key: machine_number, from_at
with change as (
  select machine_number, event_at as from_at, state_after as power, 'observed' as evidence from ledger.power_event
  union all
  select e.machine_number, cast(0 as bigint) as from_at, e.state_before as power, 'inferred' as evidence
  from ledger.power_event e
  join (select machine_number, min(event_at) as event_at from ledger.power_event group by machine_number) f on f.machine_number = e.machine_number and f.event_at = e.event_at
),
segment as (
  select machine_number, from_at, coalesce(lead(from_at) over (partition by machine_number order by from_at), 253402300800) as until_at,
         coalesce(power, 'running') as power, evidence
  from change
),
final as (
  select s.machine_number, greatest(s.from_at, m.life_from_at) as from_at, least(s.until_at, m.life_until_at) as until_at, s.power, s.evidence,
         cast(null as bigint) as on_seconds
  from segment s
  join ledger.machine m on m.machine_number = s.machine_number
  where greatest(s.from_at, m.life_from_at) < least(s.until_at, m.life_until_at)
)
select * from final
