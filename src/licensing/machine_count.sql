-- How many machines exist at once, on or off, by change points over the period. counted: `servers` (in the scope of
-- server licences), `lasting_servers` (without scale-set instances, which come and go), `clients` (client systems).
-- scope: `currency` (machines billed in one currency) or `estate` (all of them; billing_currency is NULL).
-- grain: one row per scope, currency, counted and segment
-- key: scope, billing_currency, counted, from_at
with member as (
  select 'servers' as counted, m.machine_number, m.alive_from_at, m.alive_until_at from ledger.machine m where m.in_licence_scope and m.alive_from_at is not null
  union all
  select 'lasting_servers', m.machine_number, m.alive_from_at, m.alive_until_at
  from ledger.machine m where m.in_licence_scope and m.kind <> 'scale-set-instance' and m.alive_from_at is not null
  union all
  select 'clients', m.machine_number, m.alive_from_at, m.alive_until_at
  from ledger.machine m where m.os_class = 'client' and m.managed_by is null and m.alive_from_at is not null
),
placed as (
  select 'currency' as scope, c.billing_currency, m.counted, m.alive_from_at, m.alive_until_at
  from member m
  join licensing.machine_currency c on c.machine_number = m.machine_number
  union all
  select 'estate', cast(null as varchar), counted, alive_from_at, alive_until_at from member
),
change as (
  select scope, billing_currency, counted, alive_from_at as change_at, 1 as delta from placed
  union all
  select scope, billing_currency, counted, alive_until_at, -1 from placed
  union all
  select distinct x.scope, x.billing_currency, x.counted, p.from_at, 0 from placed x cross join config.period p
),
net as (
  select scope, billing_currency, counted, change_at, sum(delta) as delta from change group by scope, billing_currency, counted, change_at
),
segment as (
  select n.scope, n.billing_currency, n.counted, n.change_at as from_at,
         lead(n.change_at) over (partition by n.scope, n.billing_currency, n.counted order by n.change_at) as next_at,
         sum(n.delta) over (partition by n.scope, n.billing_currency, n.counted order by n.change_at rows unbounded preceding) as machines
  from net n
),
final as (
  select s.scope, s.billing_currency, s.counted, s.from_at, coalesce(s.next_at, p.until_at) as until_at, cast(s.machines as bigint) as machines
  from segment s
  cross join config.period p
  where s.from_at < p.until_at
)
select * from final
