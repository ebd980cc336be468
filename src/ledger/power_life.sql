-- Power over each machine's whole known life, also outside the period: health verdicts need the running time before it.
-- grain: one row per machine and segment
-- key: machine_number, from_at
with final as (
  select * from ledger.power_by_event
  union all select * from ledger.power_by_compute
  union all select * from ledger.power_by_snapshot
)
select * from final
