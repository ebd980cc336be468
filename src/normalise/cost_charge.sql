-- Lines of cost exports that the ledger may need, as a view, without their words: what a line is stands in `cost_kind`,
-- what it is for in `cost_resource`; `cost_line` puts them together.
-- grain: one row per line of a file
-- key: cost_line_id
with final as (
  select cast(c.file_id as bigint) * 1099511627776 + c.row_number as cost_line_id, c.file_id, c.row_number,
         k.line_class, f.dataset, c.charge_day, c.kind_key, c.resource_key, c.quantity,
         case when f.dataset <> 'amortized' then c.cost end as billed_cost,
         case when f.dataset = 'amortized' then c.cost when f.dataset = 'focus' then c.effective_cost end as effective_cost
  from raw.cost_charge c
  join normalise.cost_kind k on k.kind_key = c.kind_key
  join raw.cost_input f on f.file_id = c.file_id
)
select * from final
