-- The lines of the cost files at hand as they are written (`cost_written`), with the class that the ledger may need a line
-- for: anything that could be a Defender charge, virtual-machine compute hours, ingestion of logs; NULL: a foreign line.
-- Foreign lines are most of a bill: nothing is asked of them but this, on the text as it stands in the file.
-- grain: one row per line
-- key: file_id, row_number
with final as (
  select *,
         case
           when lower(product_name) like '%defender%' or lower(meter_category) like '%defender%' or lower(meter_name) like '%defender%'
             or lower(meter_category) in ('security center', 'azure security center', 'advanced threat protection', 'advanced data security')
             or lower(product_name) like 'security center%' or lower(product_name) like 'azure security center%'
             or lower(meter_name) like 'standard p_ node%' or lower(meter_name) like 'trial p_ node%'
             or lower(consumed_service) = 'microsoft.security'
             or (not has_consumed_service and lower(resource_id) like '%/providers/microsoft.security/%')
             or (not has_meter_category and lower(service_name) in ('security center', 'microsoft defender for cloud')) then 'defender'
           -- in two conditions: the engine turns a longer list into a join, which keeps it from leaving foreign lines unread
           when (lower(meter_category) = 'virtual machines'
                 or lower(meter_category) in ('virtuelle computer', 'machines virtuelles', 'máquinas virtuales', '虚拟机')
                 or (not has_meter_category and lower(product_name) like 'virtual machines %'))
             and (not has_charge_category or lower(charge_category) = 'usage')
             and has_resource_id
             and (regexp_matches(resource_id, '(?i)/providers/microsoft\.compute/virtualmachine(s|scalesets)/') or not is_arm_id(resource_id)) then 'compute'
           -- src/licensing/log_meter.csv says which of these meters is what
           when lower(meter_name) like '%data ingestion' or lower(meter_name) like '%data included per node' or lower(meter_name) like '%data overage per node'
             or lower(meter_name) = 'pay-as-you-go analysis' or (lower(meter_name) = 'node' and lower(meter_category) = 'insight and analytics')
             or (not has_meter_name and (lower(product_name) like '% - %data ingestion' or lower(product_name) like '% - %data included per node')) then 'log'
         end as line_class
  from cost_written
)
select * from final
