-- Ingestion of logs in the period, from the cost export: gigabytes and cost of each line, with the role of its meter
-- (log_meter.csv): `benefit` what the allowance of Plan 2 took, at no cost; `ingestion` gigabytes paid by use; `per_node`
-- signs of a workspace on the legacy Per Node tier, whose own allowance stands on the benefit's meter, too.
-- workspace: the resource of the line, lower-cased. gigabytes: NULL when the unit is not gigabytes. Lines that a cost
-- allocation rule made are left out.
-- grain: one row per cost line
-- key: cost_line_id
with named as (
  select kind_key, billing_currency, meter_name, unit_of_measure,
         case when meter_name is null then behind_dash(lower(product_name)) else lower(meter_name) end as meter
  from normalise.cost_kind
  where line_class = 'log' and cost_allocation_rule_name is null
),
kind as (
  select n.kind_key, n.billing_currency, m.role,
         case when unit_word(n.unit_of_measure) in ('gb', 'gigabyte', 'gigabytes') then unit_block(n.unit_of_measure) end as gigabytes_a_unit
  from named n
  join licensing.log_meter m on m.meter = n.meter
),
final as (
  select c.cost_line_id, c.charge_day as day, r.subscription_id, r.resource_id as workspace, k.role, k.billing_currency,
         c.quantity * k.gigabytes_a_unit as gigabytes, case when c.dataset = 'amortized' then c.effective_cost else c.billed_cost end as cost,
         c.file_id, c.row_number
  from normalise.cost_charge c
  join kind k on k.kind_key = c.kind_key
  join normalise.cost_resource r on r.resource_key = c.resource_key
  join config.period p on c.charge_day >= p.from_day and c.charge_day < p.until_day
  left join config.subscription_filter f on f.subscription_id = r.subscription_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
)
select * from final
