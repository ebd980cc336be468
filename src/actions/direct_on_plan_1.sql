-- Servers onboarded directly, without a resource of Azure, whose designated subscription is on Plan 2: they get what Plan 1
-- gives and premium vulnerability management only (Microsoft Learn, direct onboarding, 2026-06-17). Saving: the paid
-- hours at Plan 1's price.
-- grain: one row per spending
-- key: spending_id
with priced as (
  select s.spending_id, s.cost, s.proved_cost, s.cost - amount_product(s.billed_hours, p.p1_price) as saving
  from actions.spending s
  join ledger.machine m on m.machine_number = s.machine_number
  join actions.price p on p.billing_currency = s.billing_currency
  where m.kind = 'direct' and s.charged_plan = 'p2' and s.bucket = 'protected' and not s.is_free and p.p1_price is not null
),
final as (
  select spending_id, case when proved_cost = cost then amount(saving) else amount(0) end as low, amount(saving) as base, amount(saving) as high,
         cast('onboarded directly, billed as Plan 2' as varchar) as detail
  from priced
  where saving > 0
)
select * from final
