-- Machines billed twice on one day: by direct onboarding and by their Azure or Arc resource. Newer Defender for Endpoint
-- agents are told apart by the service; below its floor (agent_floor.csv) the same server is billed by both ways
-- (Microsoft Learn, direct onboarding, 2026-06-17). A machine's money is shared out by the doubled part of it.
-- Low: where the agent is known to be older than the floor.
-- grain: one row per spending
-- key: spending_id
with direct as (
  select machine_number, day, billing_currency, cost
  from ledger.charge
  where machine_number is not null and grain = 'machine' and cost > 0 and direct_onboarding_device(resource_id) is not null
),
direct_day as (
  select machine_number, day, billing_currency, amount(sum(cost)) as direct_cost, count(*) as direct_lines from direct group by machine_number, day, billing_currency
),
machine_day as (
  -- only the days on which a line of direct onboarding stands
  select d.machine_number, d.day, d.billing_currency, d.direct_cost, d.direct_lines, count(*) as lines
  from direct_day d
  join ledger.charge c on c.machine_number = d.machine_number and c.day = d.day and c.billing_currency is not distinct from d.billing_currency
  where c.grain = 'machine' and c.cost > 0
  group by d.machine_number, d.day, d.billing_currency, d.direct_cost, d.direct_lines
),
doubled as (
  select machine_number, billing_currency, amount(sum(direct_cost)) as doubled_cost, count(*) as days
  from machine_day
  where lines > direct_lines
  group by machine_number, billing_currency
),
paid as (
  select machine_number, billing_currency, amount(sum(cost)) as cost from actions.spending where cost > 0 group by machine_number, billing_currency
),
device as (
  select e.machine_number, d.agent_version, lower(coalesce(d.os_platform, '')) as platform,
         row_number() over (partition by e.machine_number order by e.last_listing desc) as newest
  from ledger.endpoint_match e
  join normalise.device_state d on d.state_id = e.state_id
  where e.status = 'matched'
),
floor as (
  select d.machine_number, d.agent_version, a.version as floor_version,
         case when version_number(d.agent_version) < version_number(a.version) then true else false end as is_old
  from device d
  join actions.agent_floor a
    on a.family = case when d.platform like 'windowsserver2016%' or d.platform like 'windowsserver2012%' then 'windows-2012-2016'
                       when d.platform like 'windows%' then 'windows-2019' else 'linux' end
  where d.newest = 1
),
final as (
  select s.spending_id,
         case when f.is_old then amount_product(s.cost, amount_ratio(d.doubled_cost, p.cost)) else amount(0) end as low,
         amount_product(s.cost, amount_ratio(d.doubled_cost, p.cost)) as base,
         amount_product(s.cost, amount_ratio(d.doubled_cost, p.cost)) as high,
         'billed by two ways of onboarding on ' || cast(d.days as varchar) || case when d.days = 1 then ' day' else ' days' end
           || coalesce('; agent ' || f.agent_version || case when f.is_old then ' is older than ' || f.floor_version end, '') as detail
  from actions.spending s
  join doubled d on d.machine_number = s.machine_number and d.billing_currency = s.billing_currency
  join paid p on p.machine_number = s.machine_number and p.billing_currency = s.billing_currency
  left join floor f on f.machine_number = s.machine_number
  where s.cost > 0
)
select * from final
