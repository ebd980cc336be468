-- Lines of cost exports that the ledger may need, with all their words, as a view: anything that could be a Defender
-- charge, virtual-machine compute hours, and ingestion of logs.
-- grain: one row per line of a file
-- key: cost_line_id
with final as (
  select c.cost_line_id, c.file_id, c.row_number, c.line_class, c.dataset, c.charge_day,
         k.billing_period_start, k.invoice_id, k.charge_category, k.is_correction,
         k.product_name, k.meter_category, k.meter_sub_category, k.meter_name, k.meter_id, k.consumed_service,
         k.unit_of_measure, k.hours_per_unit, k.unit_price, k.list_unit_price, k.billing_currency, k.pricing_model, k.benefit_id,
         k.cost_allocation_rule_name,
         r.resource_id, r.resource_id_display, r.resource_name, r.resource_group, r.subscription_id, r.subscription_name,
         r.tags, r.additional_info,
         c.quantity, c.billed_cost, c.effective_cost
  from normalise.cost_charge c
  join normalise.cost_kind k on k.kind_key = c.kind_key
  join normalise.cost_resource r on r.resource_key = c.resource_key
)
select * from final
