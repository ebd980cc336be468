-- Which servers could share one licence. A licence is counted, not assigned: a server that was removed makes room for the
-- next one. counting `shared`: servers are chained, so there are as many places as servers at once at the peak; `single`: every
-- server has a place of its own, as if each licence stayed with its machine; `peak`: only the servers that exist at one moment,
-- that with the most hours of servers, each with its place, for the proof in mix_bound; none where no server follows another.
-- A server takes the place that became free last, as a server that is made anew does: of all changes from n servers to n − 1 and
-- back, each way up follows the last way down. A chain is followed to its first server.
-- grain: one row per estimate, counting and server that is counted
-- key: estimate, counting, machine_id
with recursive server as (
  select estimate, billing_currency, machine_id, seconds, alive_from_at, alive_until_at
  from licensing.mix_machine
  where is_licensable and alive_until_at > alive_from_at
),
event as (
  select estimate, billing_currency, machine_id, seconds, alive_from_at as event_at, 1 as delta from server
  union all
  select estimate, billing_currency, machine_id, seconds, alive_until_at, -1 from server
),
counted as (
  -- servers that exist after the event, ends before starts, and the seconds that they were on
  select *, sum(delta) over (partition by estimate, billing_currency order by event_at, delta, machine_id rows unbounded preceding) as servers,
         sum(delta * seconds) over (partition by estimate, billing_currency order by event_at, delta, machine_id rows unbounded preceding) as seconds_alive
  from event
),
matched as (
  select estimate, billing_currency, machine_id, event_at, delta, seconds_alive,
         lag(machine_id) over (partition by estimate, billing_currency, case when delta = 1 then servers else servers + 1 end order by event_at, delta, machine_id) as earlier_id
  from counted
),
follower as (
  select estimate, billing_currency, machine_id, earlier_id, event_at, seconds_alive from matched where delta = 1
),
peak as (
  select f.estimate, f.billing_currency, f.event_at, row_number() over (partition by f.estimate, f.billing_currency order by f.seconds_alive desc, f.event_at desc) as choice
  from follower f
  join (select distinct estimate, billing_currency from follower where earlier_id is not null) r on r.estimate = f.estimate and r.billing_currency = f.billing_currency
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
  union all
  select s.estimate, 'peak', s.billing_currency, s.machine_id, s.machine_id
  from server s
  join peak p on p.estimate = s.estimate and p.billing_currency = s.billing_currency and p.choice = 1
  where s.alive_from_at <= p.event_at and p.event_at < s.alive_until_at
)
select * from final
