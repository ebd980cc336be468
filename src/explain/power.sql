-- The power timeline of the machine within the period. hours: of a day known by its compute hours alone, those hours.
-- grain: one row per segment
-- key: from_moment
with final as (
  select moment_text(p.from_at) as from_moment, moment_text(p.until_at) as until_moment, p.power, p.evidence,
         hours_of_seconds(coalesce(p.on_seconds, p.until_at - p.from_at)) as hours
  from ledger.power p
  join config.explained e on e.machine_id = p.machine_id
)
select * from final
order by from_moment
