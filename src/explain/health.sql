-- The health timeline of the machine within the period.
-- grain: one row per segment
-- key: from_moment
with final as (
  select moment_text(h.from_at) as from_moment, moment_text(h.until_at) as until_moment, replace(h.health, '_', ' ') as health, h.issue, h.message, h.evidence
  from ledger.health h
  join config.explained e on e.machine_id = h.machine_id
)
select * from final
order by from_moment
