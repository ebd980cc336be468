-- What changes a machine's power, once each and at the moment that counts for the bill: `deallocate` from the moment
-- the operation started (Deallocating is not billed), everything else from its success. Repeats (the same correlation
-- id; management group and subscription both export) fall together. A `write` counts only as the creation of a machine.
-- state_after / state_before: what the machine is after the event, and was before it when nothing else is known.
-- grain: one row per machine and moment
-- key: machine_number, event_at
with event as (
  select i.machine_number, e.resource_id, e.event_at, e.operation, e.status, e.source,
         coalesce(e.correlation_id, 'at ' || cast(e.event_at as varchar)) as occasion, e.correlation_id
  from normalise.power_event e
  join ledger.machine_identity i
    on i.resource_id = e.resource_id and i.from_at <= e.event_at and e.event_at < i.until_at
),
started as (
  select machine_number, resource_id, correlation_id, min(event_at) as started_at
  from event
  where operation = 'deallocate' and status = 'started' and correlation_id is not null
  group by machine_number, resource_id, correlation_id
),
succeeded as (
  select machine_number, resource_id, operation, occasion, correlation_id, min(event_at) as succeeded_at
  from event
  where status = 'succeeded'
  group by machine_number, resource_id, operation, occasion, correlation_id
),
effective as (
  select s.machine_number, s.operation,
         case when s.operation = 'deallocate' then coalesce(least(d.started_at, s.succeeded_at), s.succeeded_at) else s.succeeded_at end as event_at
  from succeeded s
  left join started d
    on d.machine_number = s.machine_number and d.resource_id = s.resource_id and d.correlation_id = s.correlation_id
),
creation as (
  select machine_number, min(created_at) as created_at
  from (
    select i.machine_number, s.created_at
    from ledger.machine_source s
    join ledger.machine_identity i on i.resource_id = s.resource_id and i.machine_id = coalesce(s.vm_id, i.machine_id)
    where s.source = 'inventory' and s.created_at is not null
  ) c
  group by machine_number
),
first_event as (
  select machine_number, min(event_at) as first_at from effective group by machine_number
),
usable as (
  select e.machine_number, e.operation,
         case when e.operation = 'write' then coalesce(least(c.created_at, e.event_at), e.event_at) else e.event_at end as event_at
  from effective e
  join first_event f on f.machine_number = e.machine_number
  left join creation c on c.machine_number = e.machine_number
  where e.operation <> 'write'
     or (e.event_at = f.first_at and (c.created_at is null or (e.event_at - c.created_at <= 3600 and c.created_at - e.event_at <= 3600)))
),
ranked as (
  select machine_number, event_at, operation,
         row_number() over (partition by machine_number, event_at order by
           case operation when 'delete' then 1 when 'deallocate' then 2 when 'preempted' then 2
                          when 'power_off' then 3 when 'stopped_internally' then 3 else 4 end, operation) as precedence
  from usable
),
final as (
  select machine_number, event_at, operation,
         case when operation in ('start', 'restart', 'allocated', 'write') then 'running'
              when operation in ('power_off', 'stopped_internally') then 'stopped'
              else 'off' end as state_after,
         case when operation in ('start', 'allocated') then 'off'
              when operation = 'write' then cast(null as varchar)
              else 'running' end as state_before
  from ranked
  where precedence = 1
)
select * from final
