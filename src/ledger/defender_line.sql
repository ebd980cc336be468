-- Cost lines that belong to Defender for Servers: found by the product or charge description, or by the meter's name
-- within the Defender categories, old and new; sibling plans' `Standard Node` meters are not ours. Lines that a cost
-- allocation rule made repeat money that stands elsewhere and are left out (`cost_allocation_lines_are_left_out`).
-- An answer of the query API names no category: there the meter alone tells, as no other service has such a one.
-- Names seen on bills 2022 to 2026; see the glossary in src/README.md.
-- grain: one row per cost line
-- key: cost_line_id
with words as (
  select *,
         lower(coalesce(product_name, '')) as product_words, lower(coalesce(meter_name, '')) as meter_words,
         lower(coalesce(meter_category, '')) as category_words
  from normalise.cost_line
  where line_class = 'defender'
),
ours as (
  select *
  from words
  where product_words like 'microsoft defender for servers%'
     or ((meter_words like 'standard p1 node%' or meter_words like 'standard p2 node%'
          or meter_words like 'trial p1 node%' or meter_words like 'trial p2 node%')
         and category_words in ('security center', 'microsoft defender for cloud', 'advanced threat protection', ''))
),
-- Products are dear and what is multiplied is mostly the same: each is multiplied once.
list_product as (
  select quantity as units, list_unit_price as price, amount_product(quantity, list_unit_price) as list_cost
  from (select distinct quantity, list_unit_price from ours where quantity is not null and list_unit_price is not null) pair
),
block as (
  select hours_per_unit as size, cast(hours_per_unit as integer) as hours from (select distinct hours_per_unit from ours) size
),
final as (
  select cost_line_id, file_id, row_number, charge_day, billing_period_start, charge_category,
         coalesce(is_correction, false) as is_correction,
         resource_id, resource_id_display,
         coalesce(subscription_id, id_subscription(resource_id)) as subscription_id,
         quantity * b.hours as hours, billed_cost, effective_cost,
         case when dataset = 'amortized' then effective_cost else billed_cost end as cost,
         case when dataset = 'amortized' then 'effective' else 'billed' end as cost_basis,
         p.list_cost,
         unit_price, list_unit_price, billing_currency,
         case when meter_words like '%p1%' then 'p1' when meter_words like '%p2%' then 'p2'
              when product_words like '%p1%' then 'p1' when product_words like '%p2%' then 'p2' end as plan,
         case when meter_words like '%trial%' or product_words like '%trial%' then 'trial'
              when meter_words like '%mdatp benefit%' or product_words like '%mdatp benefit%' then 'benefit'
              else 'standard' end as meter,
         case when machine_kind(resource_id) is not null then 'machine'
              when resource_id is null then 'subscription'
              when resource_id like '/subscriptions/%/providers/microsoft.security/pricings/virtualmachines' then 'subscription'
              when resource_id not like '/subscriptions/%/%' then 'subscription'
              when resource_id like '%/providers/microsoft.operationalinsights/workspaces/%' then 'subscription'
              else 'machine' end as grain
  from ours
  left join list_product p on p.units = quantity and p.price = list_unit_price
  left join block b on b.size = hours_per_unit
  where cost_allocation_rule_name is null
)
select * from final
