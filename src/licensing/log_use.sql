-- Ingestion of logs in the period, from the cost export: gigabytes and cost of each workspace by the role of the meter
-- (log_meter.csv): `benefit` what the allowance of Plan 2 took, at no cost; `ingestion` gigabytes paid by use; `per_node`
-- signs of a workspace on the legacy Per Node tier, whose own allowance stands on the benefit's meter, too.
-- workspace: the resource of the lines, lower-cased. gigabytes: of the lines whose unit is gigabytes; unknown_lines: the
-- others. paid_gigabytes, paid_cost: of the lines that say both. Lines that a cost allocation rule made are left out.
-- grain: one row per role, workspace and currency
-- key: role, workspace, billing_currency
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
line as (
  select k.role, k.billing_currency, c.resource_key, c.charge_day as day, c.file_id, c.quantity * k.gigabytes_a_unit as gigabytes,
         case when c.dataset = 'amortized' then c.effective_cost else c.billed_cost end as cost
  from normalise.cost_charge c
  join kind k on k.kind_key = c.kind_key
  join config.period p on c.charge_day >= p.from_day and c.charge_day < p.until_day
),
of_resource as (
  select role, billing_currency, resource_key, count(*) as lines, sum(case when gigabytes is null then 1 else 0 end) as unknown_lines, sum(gigabytes) as gigabytes,
         sum(case when cost is not null then gigabytes end) as paid_gigabytes, sum(case when gigabytes is not null then cost end) as paid_cost,
         min(day) as first_day, max(day) as last_day, min(file_id) as file_id
  from line
  group by role, billing_currency, resource_key
),
final as (
  select l.role, r.resource_id as workspace, l.billing_currency, cast(sum(l.lines) as bigint) as lines, cast(sum(l.unknown_lines) as bigint) as unknown_lines,
         amount(sum(l.gigabytes)) as gigabytes, amount(sum(l.paid_gigabytes)) as paid_gigabytes, amount(sum(l.paid_cost)) as paid_cost,
         min(l.first_day) as first_day, max(l.last_day) as last_day, min(l.file_id) as file_id
  from of_resource l
  join normalise.cost_resource r on r.resource_key = l.resource_key
  left join config.subscription_filter f on f.subscription_id = r.subscription_id
  where f.subscription_id is not null or not exists (select 1 from config.subscription_filter)
  group by l.role, r.resource_id, l.billing_currency
)
select * from final
