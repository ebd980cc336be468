-- Cost lines that belong to Defender for Servers (`defender_kind`), without the words about their resource.
-- resource_key: of `normalise.cost_resource`.
-- grain: one row per cost line
-- key: cost_line_id
with line as (
  select c.cost_line_id, c.file_id, c.row_number, c.dataset, c.charge_day, c.resource_key, c.quantity, c.billed_cost, c.effective_cost, k.*
  from normalise.cost_charge c
  join ledger.defender_kind k on k.kind_key = c.kind_key
),
-- Products are dear and what is multiplied is mostly the same: each is multiplied once.
list_product as (
  select quantity as units, list_unit_price as price, amount_product(quantity, list_unit_price) as list_cost
  from (select distinct quantity, list_unit_price from line where quantity is not null and list_unit_price is not null) pair
),
resource as (
  select resource_key,
         case when machine_kind(resource_id) is not null then 'machine'
              when resource_id is null then 'subscription'
              when resource_id like '/subscriptions/%/providers/microsoft.security/pricings/virtualmachines' then 'subscription'
              when resource_id not like '/subscriptions/%/%' then 'subscription'
              when resource_id like '%/providers/microsoft.operationalinsights/workspaces/%' then 'subscription'
              else 'machine' end as grain
  from ledger.billed_wording
  where line_class = 'defender'
),
final as (
  select l.cost_line_id, l.file_id, l.row_number, l.charge_day, l.billing_period_start, l.charge_category, l.is_correction, l.resource_key,
         l.quantity * l.unit_hours as hours, l.billed_cost, l.effective_cost,
         case when l.dataset = 'amortized' then l.effective_cost else l.billed_cost end as cost,
         case when l.dataset = 'amortized' then 'effective' else 'billed' end as cost_basis,
         p.list_cost, l.unit_price, l.list_unit_price, l.billing_currency, l.plan, l.meter, r.grain
  from line l
  join resource r on r.resource_key = l.resource_key
  left join list_product p on p.units = l.quantity and p.price = l.list_unit_price
)
select * from final
