-- Lines of cost exports that the ledger may need, with types and units: anything that could be a Defender charge, and
-- virtual-machine compute hours. Reads one file at a time (`cost_file`). Only the lines of these two classes are cast.
-- grain: one row per line of a file
-- key: cost_line_id
with line as (
  select *,
         lower(coalesce(product_name, '')) as product_words, lower(coalesce(meter_category, '')) as category_words,
         lower(coalesce(meter_name, '')) as meter_words
  from cost_file
),
classed as (
  select *,
         case
           when product_words like '%defender%' or category_words like '%defender%' or meter_words like '%defender%'
             or category_words in ('security center', 'azure security center', 'advanced threat protection', 'advanced data security')
             or product_words like 'security center%' or product_words like 'azure security center%'
             or meter_words like 'standard p_ node%' or meter_words like 'trial p_ node%'
             or lower(consumed_service) = 'microsoft.security'
             or (consumed_service is null and lower(resource_id) like '%/providers/microsoft.security/%')
             or (category_words = '' and lower(service_name) in ('security center', 'microsoft defender for cloud')) then 'defender'
           when (category_words in ('virtual machines', 'virtuelle computer', 'machines virtuelles', 'máquinas virtuales', '虚拟机')
                 or (category_words = '' and product_words like 'virtual machines %'))
             and (charge_category is null or lower(charge_category) = 'usage')
             and (lower(resource_id) like '%/providers/microsoft.compute/virtualmachines/%'
                  or lower(resource_id) like '%/providers/microsoft.compute/virtualmachinescalesets/%'
                  or not is_arm_id(resource_id)) then 'compute'
         end as line_class
  from line
),
cast_line as (
  select c.*,
         case when is_arm_id(resource_id) then arm_id(resource_id) end as arm_resource_id,
         export_amount(quantity) as quantity_amount, export_amount(cost) as cost_amount, export_amount(effective_cost) as effective_amount,
         export_amount(unit_price) as unit_price_amount, export_amount(list_unit_price) as list_unit_price_amount,
         export_amount(exchange_rate) as rate,
         -- MCA states prices in the pricing currency
         pricing_currency is not null and upper(pricing_currency) <> upper(billing_currency) as is_converted,
         case when u.unit is not null then amount(unit_block(coalesce(c.unit_of_measure, m.unit))) end as hours_per_unit
  from classed c
  -- an answer of the query API cannot name the unit: that of the meter's price list is taken, which a finding tells
  left join raw.meter_unit m on not c.has_unit and c.line_class = 'defender' and starts_with(c.meter_words, m.meter)
  left join raw.hour_unit u on u.unit = unit_word(coalesce(c.unit_of_measure, m.unit))
  where line_class is not null
),
final as (
  select cast(file_id as bigint) * 1099511627776 + row_number as cost_line_id, file_id, cast(row_number as bigint) as row_number,
         line_class, dataset, export_day(charge_date) as charge_day, export_day(billing_period_start) as billing_period_start, invoice_id,
         lower(charge_category) as charge_category,
         coalesce(lower(charge_class) = 'correction', false) or previous_invoice_id is not null as is_correction,
         arm_resource_id as resource_id, resource_id as resource_id_display, resource_name,
         lower(coalesce(resource_group, id_resource_group(arm_resource_id))) as resource_group,
         coalesce(lower(nullif(regexp_extract(subscription_id, '([^/]+)/?$', 1), '')), id_subscription(arm_resource_id)) as subscription_id,
         subscription_name,
         product_name, coalesce(meter_category, service_name) as meter_category, meter_sub_category, meter_name, lower(meter_id) as meter_id,
         consumed_service,
         quantity_amount as quantity, unit_of_measure, hours_per_unit,
         case when dataset <> 'amortized' then cost_amount end as billed_cost,
         case when dataset = 'amortized' then cost_amount when dataset = 'focus' then effective_amount end as effective_cost,
         case when is_converted then amount_product(unit_price_amount, rate) else unit_price_amount end as unit_price,
         case when is_converted then amount_product(list_unit_price_amount, rate) else list_unit_price_amount end as list_unit_price,
         upper(trim(billing_currency)) as billing_currency, lower(pricing_model) as pricing_model, lower(benefit_id) as benefit_id,
         cost_allocation_rule_name,
         case when tags is null or trim(tags) = '' then null
              when left(ltrim(tags), 1) = '{' then tags else '{' || tags || '}' end as tags,
         additional_info
  from cast_line
  where line_class = 'defender' or hours_per_unit is not null or unit_of_measure is null
)
select * from final
