-- Who claims what: of the actions that fit a row of spending the first in the order of actions.kind has it, alone, so that
-- no unit of money is promised twice; what saves is bounded by what was paid. Actions on what is not on the bill (a plan to
-- switch on, licences to return) stand beside, without spending. A waiver that is in force at the end of the period takes
-- a claim out of the list, not out of the sums of what was paid.
-- status: open | waived. low ≤ base ≤ high ≤ cost for what is on the bill.
-- grain: one row per spending that an action claims; one per machine, currency and kind for the others
-- key: kind, spending_id, machine_number, billing_currency
with candidate as (
  select 'find_machine' as kind, spending_id, low, base, high, detail from actions.find_machine
  union all select 'query_charge' as kind, spending_id, low, base, high, detail from actions.query_charge
  union all select 'deallocate' as kind, spending_id, low, base, high, detail from actions.deallocate
  union all select 'verify_power' as kind, spending_id, low, base, high, detail from actions.verify_power
  union all select 'remove_duplicate' as kind, spending_id, low, base, high, detail from actions.remove_duplicate
  union all select 'exclude_unsupported' as kind, spending_id, low, base, high, detail from actions.exclude_unsupported
  union all select 'use_user_licence' as kind, spending_id, low, base, high, detail from actions.use_user_licence
  union all select 'decide_sensor' as kind, spending_id, low, base, high, detail from actions.decide_sensor
  union all select 'switch_on_deployment' as kind, spending_id, low, base, high, detail from actions.switch_on_deployment
  union all select 'install_sensor' as kind, spending_id, low, base, high, detail from actions.install_sensor
  union all select 'revive_sensor' as kind, spending_id, low, base, high, detail from actions.revive_sensor
  union all select 'decide_exclusion' as kind, spending_id, low, base, high, detail from actions.decide_exclusion
  union all select 'verify_health' as kind, spending_id, low, base, high, detail from actions.verify_health
  union all select 'direct_on_plan_1' as kind, spending_id, low, base, high, detail from actions.direct_on_plan_1
  union all select 'claim_benefit' as kind, spending_id, low, base, high, detail from actions.claim_benefit
  union all select 'use_plan_1' as kind, spending_id, low, base, high, detail from actions.use_plan_1
  union all select 'pre_purchase' as kind, spending_id, low, base, high, detail from actions.pre_purchase
),
ranked as (
  select c.*, row_number() over (partition by c.spending_id order by k.position) as choice
  from candidate c
  join actions.kind k on k.kind = c.kind
),
paid as (
  -- units are bought for the whole tenant: no subscription, no machine
  select r.kind, s.spending_id, case when r.kind = 'pre_purchase' then cast(null as varchar) else s.subscription_id end as subscription_id,
         case when r.kind = 'pre_purchase' then cast(null as integer) else s.machine_number end as machine_number, s.billing_currency, s.bucket, s.issue, s.billed_hours, s.cost, s.proved_cost,
         least(r.low, r.base, greatest(s.cost, amount(0))) as low, least(r.base, greatest(s.cost, amount(0))) as base,
         least(greatest(r.high, r.base), greatest(s.cost, amount(0))) as high, cast(null as decimal(38, 24)) as added_cost,
         r.detail, s.strongest, s.weakest, s.first_day, s.last_day
  from ranked r
  join actions.spending s on s.spending_id = r.spending_id
  where r.choice = 1
),
unpaid as (
  select 'switch_on_plan' as kind, subscription_id, machine_number, billing_currency, low, base, high, added_cost, detail from actions.switch_on_plan
  union all select 'return_licences' as kind, subscription_id, machine_number, billing_currency, low, base, high, added_cost, detail from actions.return_licences
),
together as (
  select * from paid
  union all
  select kind, cast(null as bigint) as spending_id, subscription_id, machine_number, billing_currency, cast(null as varchar) as bucket, cast(null as varchar) as issue,
         amount(0) as billed_hours, amount(0) as cost, amount(0) as proved_cost, low, base, high, added_cost, detail,
         cast(null as integer) as strongest, cast(null as integer) as weakest, cast(null as date) as first_day, cast(null as date) as last_day
  from unpaid
),
positive as (
  select kind, spending_id, subscription_id, machine_number, billing_currency, bucket, issue, billed_hours, cost, proved_cost,
         greatest(low, amount(0)) as low, greatest(base, amount(0)) as base, greatest(high, amount(0)) as high, added_cost, detail,
         strongest, weakest, first_day, last_day
  from together
),
final as (
  select c.*, case when w.kind is not null then 'waived' else 'open' end as status, w.reason as waiver_reason, w.author as waiver_author, w.expires_day as waiver_expires_day
  from positive c
  left join actions.waived w
    on w.kind = c.kind and coalesce(w.machine_number, 0) = coalesce(c.machine_number, 0) and coalesce(w.subscription_id, '') = coalesce(c.subscription_id, '')
)
select * from final
