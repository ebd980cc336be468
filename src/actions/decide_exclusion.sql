-- Paid time of machines on which the endpoint sensor cannot be used at all: nodes that a service owns, uniform scale
-- sets, client systems without a licence that is known. At most the plan is taken off them.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, s.cost as high, case when m.managed_by is not null then 'owned by ' || m.managed_by
              when m.os_class = 'client' then 'client system'
              when m.orchestration_mode = 'uniform' then 'uniform scale set' else 'no sensor possible' end as detail
  from actions.spending s
  join ledger.machine m on m.machine_number = s.machine_number
  where s.bucket = 'paid_not_applicable'
)
select * from final
