-- The ledger: every second of every machine and every unit of money of the period, in exactly one row.
-- A slice of time with several charges keeps its seconds in the row of the charge with most hours; the other charges
-- have rows of no seconds. Charges that no source can place stand in bucket `unattributed`.
-- expected_hours: elapsed billable hours; cost: in the run's basis (billed, or effective for amortised exports).
-- grain: machine × subscription × day × power × plan × health × issue × evidence × charged plan × is_free × allocated × currency
-- key: machine_number, subscription_id, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
with entry_word as (
  select distinct entry_number, power, health, issue, evidence from ledger.state
),
on_time as (
  select s.machine_number, s.day, t.power, s.plan, t.health, t.issue, t.evidence as time_evidence,
         case when c.rank_on_slice is null or c.rank_on_slice = 1 then s.seconds else 0 end as seconds,
         c.subscription_id as charged_subscription_id, c.charged_plan, c.is_free, coalesce(c.allocated, false) as allocated,
         c.hours, c.billed_cost, c.effective_cost, c.cost, c.billing_currency, coalesce(c.is_only, 1) as is_only,
         case when b.machine_number is not null then true else false end as is_billed, s.is_billable_day
  from ledger.time_slice s
  join entry_word t on t.entry_number = s.entry_number
  left join ledger.slice_charge c on c.machine_number = s.machine_number and c.day = s.day and c.entry_number = s.entry_number
  left join ledger.billed_day b on b.machine_number = s.machine_number and b.day = s.day
),
alone as (
  select c.machine_number, c.day, 'off' as power, coalesce(n.plan, 'unknown') as plan, 'unknown' as health, cast(null as varchar) as issue, 'none' as time_evidence,
         cast(0 as bigint) as seconds, c.subscription_id as charged_subscription_id, c.charged_plan, c.is_free, c.allocated,
         c.hours, c.billed_cost, c.effective_cost, c.cost, c.billing_currency, 0 as is_only, true as is_billed, false as is_billable_day
  from ledger.charge_share c
  left join ledger.plan n on n.machine_number = c.machine_number and n.day = c.day
  where c.entry_number is null and c.machine_number is not null
),
nobody as (
  select machine_number, day, 'unknown' as power, 'unknown' as plan, 'unknown' as health, cast(null as varchar) as issue, 'none' as time_evidence,
         cast(0 as bigint) as seconds, subscription_id as charged_subscription_id, charged_plan, is_free, allocated,
         hours, billed_cost, effective_cost, cost, billing_currency, 1 as is_only, true as is_billed, false as is_billable_day
  from ledger.charge_share
  where machine_number is null
),
entry as (
  select * from on_time union all select * from alone union all select * from nobody
),
joined as (
  select e.*, coalesce(e.charged_subscription_id, m.subscription_id) as subscription_id
  from entry e
  left join ledger.machine m on m.machine_number = e.machine_number
),
bucketed as (
  select *,
         case when machine_number is null then 'unattributed'
              when power = 'unknown' then 'power_unknown'
              when power = 'off' then case when is_billed and not is_billable_day then 'billed_while_off' else 'off' end
              when power = 'stopped' then case when is_billed then 'paid_stopped' else 'stopped_unbilled' end
              when is_billed then case health when 'healthy' then 'protected' when 'unhealthy' then 'paid_unprotected'
                                              when 'not_applicable' then 'paid_not_applicable' else 'paid_unverified' end
              else case health when 'healthy' then 'protected_unbilled' when 'unhealthy' then 'exposed'
                               when 'not_applicable' then 'out_of_scope' else 'unverified_unbilled' end end as bucket,
         case when allocated and time_evidence = 'observed' then 'inferred' else time_evidence end as evidence
  from joined
),
-- Two can meet in one row only where a slice has several charges (one names no subscription, another that of the machine),
-- or as shares of a subscription's line, whose evidence is no better than inferred.
booked as (
  select subscription_id, machine_number, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated,
         seconds, hours, billed_cost, effective_cost, cost, billing_currency
  from bucketed
  where is_only = 1 and not allocated
  union all
  select subscription_id, machine_number, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated,
         cast(sum(seconds) as bigint) as seconds, amount(sum(hours)) as hours, amount(sum(billed_cost)) as billed_cost,
         amount(sum(effective_cost)) as effective_cost, amount(sum(cost)) as cost, billing_currency
  from bucketed
  where is_only = 0 or allocated
  group by subscription_id, machine_number, day, power, plan, health, issue, evidence, bucket, charged_plan, is_free, allocated, billing_currency
),
final as (
  select t.tenant_id, g.subscription_id, g.machine_number, g.day, g.power, g.plan, g.health, g.issue, g.evidence, g.bucket,
         g.charged_plan, g.is_free, g.allocated, g.seconds,
         case when g.power in ('running', 'stopped') then hours_of_seconds(g.seconds) else amount(0) end as expected_hours,
         g.hours as billed_hours, g.billed_cost, g.effective_cost, g.cost, g.billing_currency
  from booked g
  left join (select subscription_id, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id) t
    on t.subscription_id = g.subscription_id
)
select * from final
