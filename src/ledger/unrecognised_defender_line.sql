-- Lines of the Defender categories that no rule knows, neither as ours nor as a sibling plan: never dropped in silence.
-- grain: one row per cost line
-- key: cost_line_id
with line as (
  select l.*, lower(coalesce(l.product_name, '')) as product_words, lower(coalesce(l.meter_name, '')) as meter_words
  from normalise.cost_line l
  left join ledger.defender_line d on d.cost_line_id = l.cost_line_id
  where l.line_class = 'defender' and d.cost_line_id is null and l.cost_allocation_rule_name is null
),
final as (
  select cost_line_id, file_id, row_number, meter_name, product_name, meter_category, coalesce(billed_cost, effective_cost) as cost, billing_currency
  from line
  where not (
       product_words like '%defender cspm%' or product_words like '%defender for sql%' or product_words like '%defender for storage%'
    or product_words like '%defender for containers%' or product_words like '%defender for app service%'
    or product_words like '%defender for key vault%' or product_words like '%defender for resource manager%' or product_words like '%defender for dns%'
    or product_words like '%defender for apis%' or product_words like '%defender for azure cosmos%' or product_words like '%defender for mysql%'
    or product_words like '%defender for postgresql%' or product_words like '%defender for mariadb%' or product_words like '%defender for ai%'
    or product_words like '%defender for kubernetes%' or product_words like '%container registries%' or product_words like '%defender for open-source%'
    or product_words like '%defender external attack surface%' or product_words like '%defender for iot%' or product_words like '%threat intelligence%'
    or meter_words in ('standard node', 'standard transactions', 'free transactions', 'standard vcore', 'standard vcore vcore pack', 'standard instance', 'standard images', 'standard image')
  )
)
select * from final
