-- What a flat month of each billed machine would cost: 730 hours × what an hour of its plan really cost on the bill. The
-- plan is the one with most hours. NULL when no hourly price of the plan is known.
-- grain: one row per machine and currency it is billed in
-- key: machine_number, billing_currency
with machine_plan as (
  select machine_number, charged_plan, billing_currency,
         row_number() over (partition by machine_number, billing_currency order by sum(hours) desc nulls last, charged_plan desc) as choice
  from ledger.machine_charge
  where machine_number is not null and not is_free
  group by machine_number, charged_plan, billing_currency
),
final as (
  select m.machine_number, m.billing_currency, m.charged_plan, amount(c.hourly_cost * cast(730 as integer)) as flat_month_cost
  from machine_plan m
  left join ledger.cost_per_hour c on c.plan = m.charged_plan and c.billing_currency = m.billing_currency
  where m.choice = 1
)
select * from final
