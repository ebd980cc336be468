-- Ingestion of logs in the period, from the cost export: gigabytes and cost of each line, with the role of its meter
-- (log_meter.csv): `benefit` what the allowance of Plan 2 took, at no cost; `ingestion` gigabytes paid by use; `per_node`
-- signs of a workspace on the legacy Per Node tier, whose own allowance stands on the benefit's meter, too.
-- workspace: the resource of the line, lower-cased. gigabytes: NULL when the unit is not gigabytes. Lines that a cost
-- allocation rule made are left out.
-- grain: one row per cost line
-- key: cost_line_id
with line as (
  select l.*, case when l.meter_name is null then behind_dash(lower(l.product_name)) else lower(l.meter_name) end as meter
  from normalise.cost_line l
  join config.period p on l.charge_day >= p.from_day and l.charge_day < p.until_day
  left join config.subscription_filter f on f.subscription_id = l.subscription_id
  where l.line_class = 'log' and l.cost_allocation_rule_name is null
    and (f.subscription_id is not null or not exists (select 1 from config.subscription_filter))
),
final as (
  select l.cost_line_id, l.charge_day as day, l.subscription_id, l.resource_id as workspace, m.role, l.billing_currency,
         case when unit_word(l.unit_of_measure) in ('gb', 'gigabyte', 'gigabytes') then l.quantity * unit_block(l.unit_of_measure) end as gigabytes,
         case when l.dataset = 'amortized' then l.effective_cost else l.billed_cost end as cost, l.file_id, l.row_number
  from line l
  join licensing.log_meter m on m.meter = l.meter
)
select * from final
