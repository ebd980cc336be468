-- Lines of cost exports that the ledger may need, with types and units: anything that could be a Defender charge,
-- virtual-machine compute hours, and ingestion of logs. Reads the lines at hand that have one of
-- these classes (`cost_kept`).
-- grain: one row per line of a file
-- key: cost_line_id
with written_day as (
  -- dates, subscriptions and units are few: each text is read once
  select written, export_day(written) as day
  from (select charge_date as written from raw.cost_day union select billing_period_start from raw.cost_day) t
),
written_subscription as (
  select written, lower(nullif(regexp_extract(written, '([^/]+)/?$', 1), '')) as subscription_id
  from (select distinct subscription_id as written from raw.cost_day) t
),
written_unit as (
  select t.written, amount(unit_block(t.written)) as hours_per_unit
  from (select unit_of_measure as written from cost_entry union select unit from raw.meter_unit) t
  join raw.hour_unit u on u.unit = unit_word(t.written)
),
named_unit as (
  -- an answer of the query API cannot name the unit: that of the meter's price list is taken, which a finding tells
  select n.meter_name, min(m.unit) as unit
  from (select distinct meter_name from cost_kept where not has_unit and line_class = 'defender') n
  join raw.meter_unit m on starts_with(lower(n.meter_name), m.meter)
  group by n.meter_name
),
cast_line as (
  select c.*, f.dataset, d.day as charge_day, p.day as period_day, s.subscription_id as written_subscription_id, u.hours_per_unit,
         case when is_arm_id(c.resource_id) then arm_id(c.resource_id) end as arm_resource_id,
         -- MCA states prices in the pricing currency
         pricing_currency is not null and upper(pricing_currency) <> upper(billing_currency) as is_converted
  from cost_kept c
  join raw.cost_input f on f.file_id = c.file_id
  left join named_unit m on m.meter_name = case when not c.has_unit and c.line_class = 'defender' then c.meter_name end
  left join written_unit u on u.written = coalesce(c.unit_of_measure, m.unit)
  left join written_day d on d.written = c.charge_date
  left join written_day p on p.written = c.billing_period_start
  left join written_subscription s on s.written = c.subscription_id
),
final as (
  select cast(file_id as bigint) * 1099511627776 + row_number as cost_line_id, file_id, cast(row_number as bigint) as row_number,
         line_class, dataset, charge_day, period_day as billing_period_start, invoice_id,
         lower(charge_category) as charge_category,
         coalesce(lower(charge_class) = 'correction', false) or previous_invoice_id is not null as is_correction,
         arm_resource_id as resource_id, resource_id as resource_id_display, resource_name,
         lower(case when resource_group is null then id_resource_group(arm_resource_id) else resource_group end) as resource_group,
         case when written_subscription_id is null then id_subscription(arm_resource_id) else written_subscription_id end as subscription_id,
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
