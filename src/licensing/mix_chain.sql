-- Which servers could share one licence. A licence is counted, not assigned: a server that was removed makes room for the
-- next one. Servers that follow each other stand in one chain, so there are as many places as servers at once at the peak;
-- a server that follows none and that none follows has a place of its own and is not listed here.
-- A server takes the place that became free last, as a server that is made anew does: of all changes from n servers to n − 1 and
-- back, each way up follows the last way down. A chain is followed to its first server. Servers that exist all the time are left
-- out of the counting: they raise every n alike.
-- grain: one row per estimate and server that shares a place
-- key: estimate, machine_number
with recursive server as (
  select estimate, billing_currency, machine_number, alive_from_at, alive_until_at
  from licensing.mix_machine
  where is_licensable and alive_until_at > alive_from_at
),
span as (
  select estimate, billing_currency, min(alive_from_at) as first_at, max(alive_until_at) as last_at from server group by estimate, billing_currency
),
passing as (
  select s.estimate, s.billing_currency, s.machine_number, s.alive_from_at, s.alive_until_at
  from server s
  join span p on p.estimate = s.estimate and p.billing_currency = s.billing_currency
  where s.alive_from_at > p.first_at or s.alive_until_at < p.last_at
),
event as (
  select estimate, billing_currency, machine_number, alive_from_at as event_at, 1 as delta from passing
  union all
  select estimate, billing_currency, machine_number, alive_until_at, -1 from passing
),
counted as (
  -- servers that exist after the event, ends before starts
  select *, sum(delta) over (partition by estimate, billing_currency order by event_at, delta, machine_number rows unbounded preceding) as servers
  from event
),
matched as (
  select estimate, machine_number, delta,
         lag(machine_number) over (partition by estimate, billing_currency, case when delta = 1 then servers else servers + 1 end order by event_at, delta, machine_number) as earlier_id
  from counted
),
follower as (
  select estimate, machine_number, earlier_id from matched where delta = 1 and earlier_id is not null
),
head as (
  select f.estimate, f.earlier_id as machine_number
  from follower f
  left join follower e on e.estimate = f.estimate and e.machine_number = f.earlier_id
  where e.machine_number is null
),
chain as (
  select estimate, machine_number, machine_number as place_id from head
  union all
  select f.estimate, f.machine_number, c.place_id
  from chain c
  join follower f on f.estimate = c.estimate and f.earlier_id = c.machine_number
),
final as (
  select estimate, machine_number, place_id from chain
)
select * from final
