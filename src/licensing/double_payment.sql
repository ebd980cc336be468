-- What is paid twice: licensed and billed by the hour. kind `server_licence`: server licences that are owned and that no
-- server needs, beside servers billed by the hour at full price: the licences are assigned to nobody, so it is a number of
-- servers and not which; of owned units those go first to servers that nothing else licenses (machine_route, at the peak).
-- kind `user_licence`: client systems billed by the hour while user licences with Defender for Endpoint are owned, which
-- cover the users' devices; whose the machines are is not known, so they are candidates.
-- owned: licences, for user licences the devices that they cover. used, billed_machines, paid_twice: machines.
-- cost_low, cost_high: what the cheapest and the dearest of so many billed machines cost by the hour in the period.
-- Licences hold for the tenant and amounts of two currencies cannot be compared: spare ones go to the currency with the
-- most billed machines first, what is left to the next.
-- grain: one row per kind and currency of the charges
-- key: kind, billing_currency
with owned as (
  select 'server_licence' as kind, coalesce(sum(enabled_units), 0) as owned from licensing.entitlement where covers = 'server' and enabled_units > 0
  union all
  select 'user_licence', coalesce(sum(e.enabled_units * coalesce(o.devices_per_user, 1)), 0)
  from licensing.entitlement e
  left join (select offer_id, max(devices_per_user) as devices_per_user from licensing.offer group by offer_id) o on o.offer_id = e.offer_id
  where e.covers = 'client' and e.enabled_units > 0
),
used as (
  select 'server_licence' as kind, peak_machines as used from licensing.requirement where route = 'server_licence' and population = 'all'
  union all
  -- client systems that are not billed need a device of a user licence, too
  select 'user_licence', count(*)
  from (
    select m.machine_number from ledger.machine m
    left join ledger.machine_charge c on c.machine_number = m.machine_number
    where m.os_class = 'client' and m.managed_by is null and m.alive_from_at is not null and c.machine_number is null
  ) u
),
billed as (
  select case when m.os_class = 'client' then 'user_licence' else 'server_licence' end as kind, c.billing_currency, c.machine_number, amount(sum(c.cost)) as cost
  from ledger.machine_charge c
  join ledger.machine m on m.machine_number = c.machine_number
  where not c.is_free and m.managed_by is null and (m.in_licence_scope or m.os_class = 'client') and c.billing_currency is not null
  group by 1, 2, 3
),
ranked as (
  select b.*, o.owned, coalesce(u.used, 0) as used, count(*) over (partition by b.kind, b.billing_currency) as machines,
         row_number() over (partition by b.kind, b.billing_currency order by b.cost, b.machine_number) as cheapest,
         row_number() over (partition by b.kind, b.billing_currency order by b.cost desc, b.machine_number) as dearest
  from billed b
  join owned o on o.kind = b.kind
  left join used u on u.kind = b.kind
),
currency as (
  select kind, billing_currency, machines,
         sum(machines) over (partition by kind order by machines desc, billing_currency rows unbounded preceding) - machines as machines_before
  from (select distinct kind, billing_currency, machines from ranked) r
),
counted as (
  select r.*, least(r.machines, greatest(r.owned - r.used - c.machines_before, 0)) as paid_twice
  from ranked r
  join currency c on c.kind = r.kind and c.billing_currency = r.billing_currency
  where r.owned > 0
),
final as (
  select kind, billing_currency, cast(max(owned) as bigint) as owned, cast(max(used) as bigint) as used, cast(max(machines) as bigint) as billed_machines,
         cast(max(paid_twice) as bigint) as paid_twice,
         amount(coalesce(sum(case when cheapest <= paid_twice then cost end), 0)) as cost_low,
         amount(coalesce(sum(case when dearest <= paid_twice then cost end), 0)) as cost_high,
         case kind when 'server_licence' then 'until Microsoft grants the discount on request; it is not granted for the past and ends when the licences are renewed'
                   else 'candidates: which user a machine belongs to is not known' end as note
  from counted
  group by kind, billing_currency
)
select * from final
