-- Which servers could share one licence. A licence is counted, not assigned: a server that was removed makes room for the
-- next one. counting `shared`: servers are chained first come, first served, so there are as many places as servers at once
-- at the peak; `single`: every server has a place of its own, as if each licence stayed with its machine.
-- The nth server that finds a place free takes that of the nth server that was removed; a chain is followed to its first.
-- grain: one row per estimate, counting and server that can take a licence
-- key: estimate, counting, machine_id
with recursive server as (
  select estimate, billing_currency, machine_id, alive_from_at, alive_until_at from licensing.mix_machine where is_licensable and alive_until_at > alive_from_at
),
start as (
  select *, row_number() over (partition by estimate, billing_currency order by alive_from_at, machine_id) as nth from server
),
ending as (
  select estimate, billing_currency, machine_id, alive_until_at,
         row_number() over (partition by estimate, billing_currency order by alive_until_at, machine_id) as nth
  from server
),
free as (
  -- servers removed by the time that each one starts, counted over both kinds of events in order of time, ends first
  select estimate, billing_currency, machine_id, nth, sum(is_end) over (partition by estimate, billing_currency order by event_at, is_end desc, machine_id rows unbounded preceding) as ended, is_end
  from (
    select estimate, billing_currency, machine_id, nth, alive_from_at as event_at, 0 as is_end from start
    union all
    select estimate, billing_currency, machine_id, nth, alive_until_at, 1 from ending
  ) e
),
reused as (
  -- places taken over up to the nth start: never more than n, nor more than were free at any start before plus those since
  select estimate, billing_currency, machine_id, nth,
         least(nth, nth + min(ended - nth) over (partition by estimate, billing_currency order by nth rows unbounded preceding)) as taken
  from free
  where is_end = 0
),
link as (
  select r.estimate, r.billing_currency, r.machine_id, r.taken,
         r.taken - coalesce(lag(r.taken) over (partition by r.estimate, r.billing_currency order by r.nth), 0) as is_taken
  from reused r
),
follower as (
  select l.estimate, l.billing_currency, l.machine_id, e.machine_id as earlier_id
  from link l
  left join ending e on l.is_taken = 1 and e.estimate = l.estimate and e.billing_currency = l.billing_currency and e.nth = l.taken
),
chain as (
  select estimate, billing_currency, machine_id, machine_id as place_id from follower where earlier_id is null
  union all
  select f.estimate, f.billing_currency, f.machine_id, c.place_id
  from chain c
  join follower f on f.estimate = c.estimate and f.earlier_id = c.machine_id
),
final as (
  select estimate, 'shared' as counting, billing_currency, machine_id, place_id from chain
  union all
  select estimate, 'single', billing_currency, machine_id, machine_id from server where estimate = 'base'
)
select * from final
