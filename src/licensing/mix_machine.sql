-- The machines that the mix is for, with the seconds that they were on in the period. `base`: every known machine, unknown
-- hours left out. `low`: without machines that Defender for Endpoint alone knows, which may be other names of known ones.
-- `high`: unknown hours count as on, and every server record that could not be paired because its name is ambiguous is one
-- more server, on all the time, in the currency with the most servers.
-- is_licensable: a server in the scope of licences that is not pinned to Plan 2.
-- grain: one row per estimate and machine whose currency is known
-- key: estimate, machine_number
with known as (
  select h.machine_number, h.billing_currency, h.billable_seconds, h.unknown_seconds, m.kind, coalesce(m.in_licence_scope, false) as is_server,
         case when p.machine_number is not null then true else false end as is_pinned, m.alive_from_at, m.alive_until_at
  from licensing.machine_hours h
  join ledger.machine m on m.machine_number = h.machine_number
  left join licensing.pinned_machine p on p.machine_number = h.machine_number
  where h.billing_currency is not null
),
largest as (
  select billing_currency, row_number() over (order by sum(case when is_server then 1 else 0 end) desc, billing_currency) as choice
  from known
  group by billing_currency
),
newest as (
  select max(last_at) as last_at from ledger.endpoint_match
),
ambiguous as (
  select distinct -m.device_number as machine_number
  from ledger.endpoint_match m
  join newest n on n.last_at = m.last_at
  join normalise.device_state d on d.state_id = m.state_id
  where m.status = 'ambiguous' and d.os_class = 'server'
),
estimated as (
  select 'base' as estimate, machine_number, billing_currency, billable_seconds as seconds, is_server, is_pinned, alive_from_at, alive_until_at from known
  union all
  select 'low', machine_number, billing_currency, billable_seconds, is_server, is_pinned, alive_from_at, alive_until_at from known where kind <> 'direct'
  union all
  select 'high', machine_number, billing_currency, billable_seconds + unknown_seconds, is_server, is_pinned, alive_from_at, alive_until_at from known
  union all
  select 'high', a.machine_number, l.billing_currency, p.until_at - p.from_at, true, false, p.from_at, p.until_at
  from ambiguous a
  join largest l on l.choice = 1
  cross join config.period p
),
final as (
  select estimate, machine_number, billing_currency, cast(seconds as bigint) as seconds, is_server, is_pinned,
         case when is_server and not is_pinned then true else false end as is_licensable, alive_from_at, alive_until_at
  from estimated
)
select * from final
