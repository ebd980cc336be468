-- The ids of the machine, each with the time in which it meant this machine; the ends are open where none is known.
-- grain: one row per id
-- key: resource_id
with final as (
  select i.resource_id_display as resource_id, i.evidence,
         case when i.from_at > 0 then moment_text(i.from_at) end as from_moment,
         case when i.until_at < 253402300800 then moment_text(i.until_at) end as until_moment
  from ledger.machine_identity i
  join config.explained e on e.machine_id = i.machine_id
)
select * from final
order by from_moment nulls first, resource_id
