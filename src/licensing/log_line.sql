-- Ingestion of logs in the period, from the cost export: gigabytes and cost of each line, with the role of its meter
-- (log_meter.csv): `benefit` what the allowance of Plan 2 took, at no cost; `ingestion` gigabytes paid by use; `per_node`
-- signs of a workspace on the legacy Per Node tier, whose own allowance stands on the benefit's meter, too.
-- workspace: the resource of the line, lower-cased. gigabytes: NULL when the unit is not gigabytes. Lines that a cost
-- allocation rule made are left out.
-- grain: one row per cost line
-- key: cost_line_id
with line as (
  select l.cost_line_id, l.charge_day, l.subscription_id, l.resource_id, l.meter_name, l.product_name, l.billing_currency, l.unit_of_measure, l.quantity,
         case when l.dataset = 'amortized' then l.effective_cost else l.billed_cost end as cost, l.file_id, l.row_number
  from normalise.cost_line l
  join config.period p on l.charge_day >= p.from_day and l.charge_day < p.until_day
  left join config.subscription_filter f on f.subscription_id = l.subscription_id
  where l.line_class = 'log' and l.cost_allocation_rule_name is null
    and (f.subscription_id is not null or not exists (select 1 from config.subscription_filter))
),
name as (
  -- a bill has few meters and units, and many lines of each: each text is taken apart once
  select distinct meter_name, product_name from line
),
meter as (
  select n.meter_name, n.product_name, m.role
  from name n
  join licensing.log_meter m on m.meter = case when n.meter_name is null then behind_dash(lower(n.product_name)) else lower(n.meter_name) end
),
measure as (
  select distinct unit_of_measure from line
),
unit as (
  select unit_of_measure, unit_block(unit_of_measure) as gigabytes_a_unit
  from measure
  where unit_word(unit_of_measure) in ('gb', 'gigabyte', 'gigabytes')
),
final as (
  select l.cost_line_id, l.charge_day as day, l.subscription_id, l.resource_id as workspace, m.role, l.billing_currency,
         l.quantity * u.gigabytes_a_unit as gigabytes, l.cost, l.file_id, l.row_number
  from line l
  join meter m on m.meter_name is not distinct from l.meter_name and m.product_name is not distinct from l.product_name
  left join unit u on u.unit_of_measure = l.unit_of_measure
)
select * from final
