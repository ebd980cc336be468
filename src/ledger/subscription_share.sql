-- Lines that bill a whole subscription, spread over its machines by their billable seconds that day: over those without
-- a line of their own and not switched off by a resource setting; where that leaves none, over all that were on.
-- What truncation leaves over goes to the largest share.
-- grain: one row per subscription-grain charge group and machine; machine_number is NULL where the subscription had none
-- key: subscription_id, day, charged_plan, is_free, billing_currency, machine_number
with charge as (
  select subscription_id, day, plan as charged_plan, case when meter = 'standard' then false else true end as is_free, billing_currency,
         amount(sum(hours)) as hours, amount(sum(billed_cost)) as billed_cost, amount(sum(effective_cost)) as effective_cost, amount(sum(cost)) as cost
  from ledger.charge
  where grain = 'subscription'
  group by 1, 2, 3, 4, 5
),
on_day as (
  select m.subscription_id, d.day, d.machine_number, d.billable_seconds,
         case when c.machine_number is null and coalesce(n.resource_plan, '') <> 'none' then 1 else 0 end as is_eligible
  from ledger.power_day d
  join ledger.machine m on m.machine_number = d.machine_number
  -- few subscriptions are charged as a whole
  join (select distinct subscription_id, day from charge) s on s.subscription_id = m.subscription_id and s.day = d.day
  left join (select distinct machine_number, day from ledger.charge where machine_number is not null) c on c.machine_number = d.machine_number and c.day = d.day
  left join ledger.plan n on n.machine_number = d.machine_number and n.day = d.day
  where d.billable_seconds > 0
),
eligible as (
  select o.subscription_id, o.day, o.machine_number, o.billable_seconds
  from on_day o
  join (select subscription_id, day, max(is_eligible) as any_eligible from on_day group by subscription_id, day) a
    on a.subscription_id = o.subscription_id and a.day = o.day
  where o.is_eligible = 1 or a.any_eligible = 0
),
total as (
  select subscription_id, day, sum(billable_seconds) as total_seconds from eligible group by subscription_id, day
),
share as (
  select c.*, e.machine_number,
         row_number() over (partition by c.subscription_id, c.day, c.charged_plan, c.is_free, c.billing_currency
                            order by e.billable_seconds desc, e.machine_number) as size_rank,
         amount_part(c.hours, e.billable_seconds, t.total_seconds) as share_hours,
         amount_part(c.billed_cost, e.billable_seconds, t.total_seconds) as share_billed_cost,
         amount_part(c.effective_cost, e.billable_seconds, t.total_seconds) as share_effective_cost,
         amount_part(c.cost, e.billable_seconds, t.total_seconds) as share_cost
  from charge c
  left join total t on t.subscription_id = c.subscription_id and t.day = c.day
  left join eligible e on e.subscription_id = c.subscription_id and e.day = c.day
),
rest as (
  select *,
         hours - sum(share_hours) over w as rest_hours,
         billed_cost - sum(share_billed_cost) over w as rest_billed_cost,
         effective_cost - sum(share_effective_cost) over w as rest_effective_cost,
         cost - sum(share_cost) over w as rest_cost
  from share
  window w as (partition by subscription_id, day, charged_plan, is_free, billing_currency)
),
final as (
  select subscription_id, day, charged_plan, is_free, billing_currency, machine_number,
         case when machine_number is null then hours when size_rank = 1 then amount(share_hours + rest_hours) else share_hours end as hours,
         case when machine_number is null then billed_cost when size_rank = 1 then amount(share_billed_cost + rest_billed_cost) else share_billed_cost end as billed_cost,
         case when machine_number is null then effective_cost when size_rank = 1 then amount(share_effective_cost + rest_effective_cost) else share_effective_cost end as effective_cost,
         case when machine_number is null then cost when size_rank = 1 then amount(share_cost + rest_cost) else share_cost end as cost
  from rest
)
select * from final
