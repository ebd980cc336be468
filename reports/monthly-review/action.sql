-- What to do, by the ledger's exclusive buckets, the largest money first. low, base and high count as savings: low, paid
-- time of stopped machines that records prove; base, all of it; high, also money paid where no sensor applies or while off.
-- Money of machines whose sensor is to be repaired is no saving: it starts to buy protection.
-- proved_cost: cost on observed or inferred time that is no share of a subscription's line.
-- grain: one row per currency and action
-- key: billing_currency, action
with spent as (
  select billing_currency, machine_id, bucket, issue, evidence, allocated, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost
  from ledger.ledger
  where billing_currency is not null and bucket <> 'protected'
  group by billing_currency, machine_id, bucket, issue, evidence, allocated
),
charged as (
  select l.billing_currency, l.machine_id, m.owner, l.billed_hours, l.cost,
         case when l.bucket = 'paid_unprotected' and l.issue = 'installation' then 'install_sensor'
              when l.bucket = 'paid_unprotected' then 'revive_sensor'
              when l.bucket = 'paid_stopped' then 'deallocate'
              when l.bucket = 'billed_while_off' then 'query_charge'
              when l.bucket = 'paid_not_applicable' then 'decide_exclusion'
              when l.bucket = 'paid_unverified' then 'verify_health'
              when l.bucket = 'power_unknown' then 'verify_power'
              when l.bucket = 'unattributed' then 'find_machine' end as action,
         case when l.evidence in ('observed', 'inferred') and not l.allocated then l.cost else amount(0) end as proved_cost
  from spent l
  left join ledger.machine m on m.machine_id = l.machine_id
),
grouped as (
  select billing_currency, action, cast(count(distinct machine_id) as integer) as machines, cast(count(distinct owner) as integer) as owners, max(owner) as an_owner,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, amount(sum(proved_cost)) as proved_cost
  from charged
  group by billing_currency, action
),
counted as (
  select *, amount(cost * cast(12 as integer)) as cost_per_year, amount(amount_ratio(proved_cost, cost) * 100) as proved_percent,
         case when action = 'deallocate' then proved_cost else amount(0) end as low,
         case when action = 'deallocate' then cost else amount(0) end as base,
         case when action in ('deallocate', 'query_charge', 'decide_exclusion') then cost else amount(0) end as high
  from grouped
),
final as (
  select billing_currency, cast(row_number() over (partition by billing_currency order by cost desc, action) as integer) as position, action, machines, owners,
         case when owners = 1 then an_owner end as owner, billed_hours, cost, cost_per_year, proved_cost, proved_percent, low, base, high,
         amount(sum(low) over (partition by billing_currency)) as total_low, amount(sum(base) over (partition by billing_currency)) as total_base,
         amount(sum(high) over (partition by billing_currency)) as total_high, amount(sum(cost) over (partition by billing_currency)) as total_cost
  from counted
)
select * from final order by billing_currency, position
