-- Paid time of machines that are shut down but keep their allocation: Defender for Servers bills stopped, not
-- deallocated, machines (Microsoft Learn, Defender for Servers FAQ, 2026-06-09). Low: what records prove; base: all.
-- grain: one row per spending
-- key: spending_id
with final as (
  select s.spending_id, s.proved_cost as low, s.cost as base, s.cost as high, cast(null as varchar) as detail
  from actions.spending s
  where s.bucket = 'paid_stopped'
)
select * from final
