-- What the lines of a bill are, with types and units, apart from what they are for and how much they come to. Of the
-- compute lines those that count hours, or do not say what they count, stay.
-- grain: one row per distinct words of a line that are not about its resource
-- key: kind_key
with written_day as (
  -- dates and units are few: each text is read once
  select written, export_day(written) as day from (select distinct billing_period_start as written from raw.cost_kind_text) t
),
written_unit as (
  select t.written, amount(unit_block(t.written)) as hours_per_unit
  from (select unit_of_measure as written from raw.cost_kind_text union select unit from raw.meter_unit) t
  join raw.hour_unit u on u.unit = unit_word(t.written)
),
named_unit as (
  -- an answer of the query API cannot name the unit: that of the meter's price list is taken, which a finding tells
  select n.meter_name, min(m.unit) as unit
  from (select distinct meter_name from raw.cost_kind_text where not has_unit and line_class = 'defender') n
  join raw.meter_unit m on starts_with(lower(n.meter_name), m.meter)
  group by n.meter_name
),
typed as (
  select k.*, p.day as period_day, u.hours_per_unit,
         -- MCA states prices in the pricing currency
         k.pricing_currency is not null and upper(k.pricing_currency) <> upper(k.billing_currency) as is_converted
  from raw.cost_kind_text k
  left join named_unit m on m.meter_name = case when not k.has_unit and k.line_class = 'defender' then k.meter_name end
  left join written_unit u on u.written = coalesce(k.unit_of_measure, m.unit)
  left join written_day p on p.written = k.billing_period_start
),
final as (
  select kind_key, line_class, period_day as billing_period_start, invoice_id, lower(charge_category) as charge_category,
         coalesce(lower(charge_class) = 'correction', false) or previous_invoice_id is not null as is_correction,
         product_name, coalesce(meter_category, service_name) as meter_category, meter_sub_category, meter_name, lower(meter_id) as meter_id,
         consumed_service, unit_of_measure, hours_per_unit,
         case when is_converted then amount_product(unit_price_amount, exchange_rate_amount) else unit_price_amount end as unit_price,
         case when is_converted then amount_product(list_unit_price_amount, exchange_rate_amount) else list_unit_price_amount end as list_unit_price,
         upper(trim(billing_currency)) as billing_currency, lower(pricing_model) as pricing_model, lower(benefit_id) as benefit_id,
         cost_allocation_rule_name
  from typed
  where line_class in ('defender', 'log') or hours_per_unit is not null or unit_of_measure is null
)
select * from final
