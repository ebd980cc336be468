-- The lines of the cost files at hand (`cost_file`) with what is decided of each: the class that the ledger may need it
-- for (anything that could be a Defender charge, virtual-machine compute hours, ingestion of logs; NULL: a foreign line),
-- and what it adds to the sums of its file.
-- grain: one row per line
-- key: file_id, row_number
with line as (
  select *, lower(charge_category) as category, lower(pricing_model) as model
  from cost_file
),
final as (
  select *,
         case
           when lower(product_name) like '%defender%' or lower(meter_category) like '%defender%' or lower(meter_name) like '%defender%'
             or lower(meter_category) in ('security center', 'azure security center', 'advanced threat protection', 'advanced data security')
             or lower(product_name) like 'security center%' or lower(product_name) like 'azure security center%'
             or lower(meter_name) like 'standard p_ node%' or lower(meter_name) like 'trial p_ node%'
             or lower(consumed_service) = 'microsoft.security'
             or (consumed_service is null and lower(resource_id) like '%/providers/microsoft.security/%')
             or (meter_category is null and lower(service_name) in ('security center', 'microsoft defender for cloud')) then 'defender'
           -- in two conditions: the engine turns a longer list into a join, which keeps it from leaving foreign lines unread
           when (lower(meter_category) = 'virtual machines'
                 or lower(meter_category) in ('virtuelle computer', 'machines virtuelles', 'máquinas virtuales', '虚拟机')
                 or (meter_category is null and lower(product_name) like 'virtual machines %'))
             and (charge_category is null or category = 'usage')
             and (regexp_matches(resource_id, '(?i)/providers/microsoft\.compute/virtualmachine(s|scalesets)/') or not is_arm_id(resource_id)) then 'compute'
           -- src/licensing/log_meter.csv says which of these meters is what
           when lower(meter_name) like '%data ingestion' or lower(meter_name) like '%data included per node' or lower(meter_name) like '%data overage per node'
             or lower(meter_name) = 'pay-as-you-go analysis' or (lower(meter_name) = 'node' and lower(meter_category) = 'insight and analytics')
             or (meter_name is null and (lower(product_name) like '% - %data ingestion' or lower(product_name) like '% - %data included per node')) then 'log'
         end as line_class,
         1 as line_count,
         case when has_cost then 0 else 1 end as costless_lines,
         case when has_cost and cost_amount is null then 1 when has_effective_cost and effective_cost_amount is null then 1 else 0 end as unreadable_lines,
         case when is_rounded then 1 else 0 end as rounded_lines,
         case when cost_allocation_rule_name is not null then 1 else 0 end as allocation_lines,
         -- only an amortised file spreads commitments over usage or shows what of them went unused
         case when category in ('unusedreservation', 'unusedsavingsplan') then 1
              when category = 'usage' and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1 else 0 end as amortised_lines,
         -- only an actual file shows the purchase, and covered usage at zero
         case when category in ('purchase', 'refund') and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1
              else 0 end as purchase_lines
  from line
)
select * from final
