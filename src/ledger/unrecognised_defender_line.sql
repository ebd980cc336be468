-- Lines of the Defender categories that no rule knows, neither as ours nor as a sibling plan: never dropped in silence.
-- grain: one row per cost line
-- key: cost_line_id
with kind as (
  select k.*, lower(coalesce(k.product_name, '')) as product_words, lower(coalesce(k.meter_name, '')) as meter_words
  from normalise.cost_kind k
  left join ledger.defender_kind d on d.kind_key = k.kind_key
  where k.line_class = 'defender' and d.kind_key is null and k.cost_allocation_rule_name is null
),
final as (
  select c.cost_line_id, c.file_id, c.row_number, k.meter_name, k.product_name, k.meter_category, coalesce(c.billed_cost, c.effective_cost) as cost, k.billing_currency
  from normalise.cost_charge c
  join kind k on k.kind_key = c.kind_key
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
