-- The charges of Defender for Servers, each with the line of the export it stands on.
-- grain: one row per line of a cost export
-- key: charge_id
with tenant as (
  select subscription_id, max(tenant_id) as tenant_id from normalise.subscription group by subscription_id
),
final as (
  select t.tenant_id, c.subscription_id, c.charge_id, m.machine_id, c.grain, c.day, c.plan, c.meter, c.hours, c.billed_cost, c.effective_cost, c.cost,
         c.cost_basis, c.list_cost, c.billing_currency, c.charge_category, c.is_correction, c.resource_id_display as resource_id,
         f.path as source_file, c.row_number as source_row
  from ledger.charge c
  left join ledger.machine m on m.machine_number = c.machine_number
  left join normalise.source_file f on f.file_id = c.file_id
  left join tenant t on t.subscription_id = c.subscription_id
)
select * from final
