-- Server licences that the tenant owns and nobody uses, beside servers that pay the full hourly price: the licences'
-- benefit is granted on request, not by itself, and is another meter (Microsoft Learn, Defender for Servers FAQ,
-- 2026-06-09). Free licences: owned, less servers protected without a charge and servers already on the benefit's meter.
-- They go to the servers with the largest difference between what they pay and the benefit's price that the bill shows;
-- without such a price the saving is unknown and counts as nothing.
-- grain: one row per spending
-- key: spending_id
with owned as (
  select coalesce(sum(enabled_units), 0) as licences from licensing.entitlement where covers = 'server' and offer_id = 'mde-for-servers'
),
benefit_machine as (
  select distinct machine_number from ledger.charge where meter = 'benefit' and machine_number is not null
),
used as (
  select count(distinct machine_number) as licences
  from (
    select l.machine_number from ledger.machine_total l join ledger.machine m on m.machine_number = l.machine_number
    where l.bucket = 'protected_unbilled' and m.in_licence_scope and l.seconds > 0
    union all
    select machine_number from benefit_machine
  ) u
),
benefit_price as (
  select plan, billing_currency, amount_ratio(amount(sum(cost)), amount(sum(hours))) as price
  from ledger.charge
  where meter = 'benefit' and hours > 0
  group by plan, billing_currency
),
candidate as (
  select s.spending_id, s.machine_number, s.cost, s.billed_hours, b.price,
         case when b.price is null then amount(0) else greatest(amount(0), s.cost - amount_product(s.billed_hours, b.price)) end as saving
  from actions.spending s
  join ledger.machine m on m.machine_number = s.machine_number
  left join benefit_machine x on x.machine_number = s.machine_number
  left join benefit_price b on b.plan = s.charged_plan and b.billing_currency = s.billing_currency
  where s.bucket = 'protected' and not s.is_free and s.cost > 0 and m.in_licence_scope and x.machine_number is null
),
ranked as (
  select machine_number, row_number() over (order by sum(saving) desc, sum(cost) desc, machine_number) as position
  from candidate
  group by machine_number
),
final as (
  select c.spending_id, amount(0) as low, amount(c.saving) as base, amount(c.saving) as high,
         case when c.price is null then 'the price under the benefit is not known' else amount_text(c.price) || ' an hour under the benefit' end as detail
  from candidate c
  join ranked r on r.machine_number = c.machine_number
  cross join owned o
  cross join used u
  where r.position <= o.licences - u.licences
)
select * from final
