-- Paid time of machines without our sensor that pass the endpoint assessment: another vendor's product is in use beside
-- the sensor that is paid. At most the plan is taken off; which product stays is a decision.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, amount(0) as low, amount(0) as base, s.cost as high, cast('passes the endpoint assessment without our sensor' as varchar) as detail
  from actions.spending s
  join actions.machine_fact f on f.machine_number = s.machine_number
  where s.bucket = 'paid_unprotected' and f.has_other_sensor
)
select * from final
