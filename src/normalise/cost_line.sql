-- Lines of cost exports that the ledger may need, with types and units, as a view: anything that could be a Defender
-- charge, virtual-machine compute hours, and ingestion of logs.
-- grain: one row per line of a file
-- key: cost_line_id
with final as (
  select cast(c.file_id as bigint) * 1099511627776 + c.row_number as cost_line_id, c.file_id, c.row_number,
         k.line_class, f.dataset, c.charge_day, k.billing_period_start, k.invoice_id, k.charge_category, k.is_correction,
         r.resource_id, r.resource_id_display, r.resource_name, r.resource_group, r.subscription_id, r.subscription_name,
         k.product_name, k.meter_category, k.meter_sub_category, k.meter_name, k.meter_id, k.consumed_service,
         c.quantity, k.unit_of_measure, k.hours_per_unit,
         case when f.dataset <> 'amortized' then c.cost end as billed_cost,
         case when f.dataset = 'amortized' then c.cost when f.dataset = 'focus' then c.effective_cost end as effective_cost,
         k.unit_price, k.list_unit_price, k.billing_currency, k.pricing_model, k.benefit_id, k.cost_allocation_rule_name,
         r.tags, r.additional_info
  from raw.cost_charge c
  join raw.cost_kind k on k.kind_key = c.kind_key
  join raw.cost_resource r on r.resource_key = c.resource_key
  join raw.cost_input f on f.file_id = c.file_id
)
select * from final
