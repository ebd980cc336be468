-- Lines of cost exports that the ledger may need, with types and units: anything that could be a Defender charge,
-- virtual-machine compute hours, and ingestion of logs. Reads the files at hand (`cost_entry`). Only the lines of these
-- classes are cast.
-- grain: one row per line of a file
-- key: cost_line_id
with named_unit as (
  -- an answer of the query API cannot name the unit: that of the meter's price list is taken, which a finding tells
  select n.meter_name, min(m.unit) as unit
  from (select distinct meter_name from cost_entry where not has_unit and line_class = 'defender') n
  join raw.meter_unit m on starts_with(lower(n.meter_name), m.meter)
  group by n.meter_name
),
cast_line as (
  select c.*, f.dataset,
         case when is_arm_id(resource_id) then arm_id(resource_id) end as arm_resource_id,
         -- MCA states prices in the pricing currency
         pricing_currency is not null and upper(pricing_currency) <> upper(billing_currency) as is_converted,
         case when u.unit is not null then amount(unit_block(coalesce(c.unit_of_measure, m.unit))) end as hours_per_unit
  from cost_entry c
  join raw.cost_input f on f.file_id = c.file_id
  left join named_unit m on m.meter_name = case when not c.has_unit and c.line_class = 'defender' then c.meter_name end
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
         case when dataset = 'amortized' then cost_amount when dataset = 'focus' then effective_cost_amount end as effective_cost,
         case when is_converted then amount_product(unit_price_amount, exchange_rate_amount) else unit_price_amount end as unit_price,
         case when is_converted then amount_product(list_unit_price_amount, exchange_rate_amount) else list_unit_price_amount end as list_unit_price,
         upper(trim(billing_currency)) as billing_currency, lower(pricing_model) as pricing_model, lower(benefit_id) as benefit_id,
         cost_allocation_rule_name,
         case when tags is null or trim(tags) = '' then null
              when left(ltrim(tags), 1) = '{' then tags else '{' || tags || '}' end as tags,
         additional_info
  from cast_line
  where line_class in ('defender', 'log') or hours_per_unit is not null or unit_of_measure is null
)
select * from final
