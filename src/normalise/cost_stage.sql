-- One pass over lines that are dear to reach (`cost_entry`): those with a class one by one, foreign ones summed up per day
-- text, period text, currency and subscription as written. What it holds does not grow with the foreign lines.
-- grain: one row per line with a class, and per combination of those texts
-- key: file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id, row_number
with line as (
  select *, case when line_class is not null then true else false end as is_kept from cost_entry
),
part as (
  select file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id, line_class,
         case when is_kept then row_number end as row_number, has_unit,
         case when is_kept then invoice_id end as invoice_id,
         case when is_kept then previous_invoice_id end as previous_invoice_id,
         case when is_kept then charge_category end as charge_category,
         case when is_kept then charge_class end as charge_class,
         case when is_kept then resource_id end as resource_id,
         case when is_kept then resource_name end as resource_name,
         case when is_kept then resource_group end as resource_group,
         case when is_kept then subscription_name end as subscription_name,
         case when is_kept then product_name end as product_name,
         case when is_kept then meter_category end as meter_category,
         case when is_kept then meter_sub_category end as meter_sub_category,
         case when is_kept then meter_name end as meter_name,
         case when is_kept then meter_id end as meter_id,
         case when is_kept then service_name end as service_name,
         case when is_kept then consumed_service end as consumed_service,
         case when is_kept then unit_of_measure end as unit_of_measure,
         case when is_kept then quantity_amount end as quantity_amount,
         case when is_kept then unit_price_amount end as unit_price_amount,
         case when is_kept then list_unit_price_amount end as list_unit_price_amount,
         case when is_kept then pricing_currency end as pricing_currency,
         case when is_kept then exchange_rate_amount end as exchange_rate_amount,
         case when is_kept then pricing_model end as pricing_model,
         case when is_kept then benefit_id end as benefit_id,
         case when is_kept then cost_allocation_rule_name end as cost_allocation_rule_name,
         case when is_kept then tags end as tags,
         case when is_kept then additional_info end as additional_info,
         cost_amount, effective_cost_amount, line_count, costless_lines, unreadable_lines, rounded_lines, allocation_lines,
         amortised_lines, purchase_lines
  from line
),
final as (
  select file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id, line_class,
         row_number, has_unit, invoice_id, previous_invoice_id, charge_category, charge_class, resource_id, resource_name, resource_group,
         subscription_name, product_name, meter_category, meter_sub_category, meter_name, meter_id, service_name,
         consumed_service, unit_of_measure, quantity_amount, unit_price_amount, list_unit_price_amount, pricing_currency,
         exchange_rate_amount, pricing_model, benefit_id, cost_allocation_rule_name, tags, additional_info,
         amount(sum(cost_amount)) as cost_amount, amount(sum(effective_cost_amount)) as effective_cost_amount,
         sum(line_count) as line_count, sum(costless_lines) as costless_lines, sum(unreadable_lines) as unreadable_lines,
         sum(rounded_lines) as rounded_lines, sum(allocation_lines) as allocation_lines,
         sum(amortised_lines) as amortised_lines, sum(purchase_lines) as purchase_lines
  from part
  group by file_id, charge_date, billing_period_start, billing_period_end, billing_currency, subscription_id, line_class,
         row_number, has_unit, invoice_id, previous_invoice_id, charge_category, charge_class, resource_id, resource_name, resource_group,
         subscription_name, product_name, meter_category, meter_sub_category, meter_name, meter_id, service_name,
         consumed_service, unit_of_measure, quantity_amount, unit_price_amount, list_unit_price_amount, pricing_currency,
         exchange_rate_amount, pricing_model, benefit_id, cost_allocation_rule_name, tags, additional_info
)
select * from final
