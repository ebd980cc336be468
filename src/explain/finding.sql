-- Findings that name the machine, by key, id or name.
-- grain: one row per finding
-- key: check_name, subject, message
with called as (
  select m.machine_id as called from ledger.machine m join config.explained e on e.machine_number = m.machine_number
  union select m.resource_id from ledger.machine m join config.explained e on e.machine_number = m.machine_number where m.resource_id is not null
  union select lower(m.name) from ledger.machine m join config.explained e on e.machine_number = m.machine_number where m.name is not null
  union select i.resource_id from ledger.machine_identity i join config.explained e on e.machine_number = i.machine_number
),
final as (
  select distinct f.severity, f.check_name, f.subject, f.message, f.evidence
  from ledger.finding f
  join called c on lower(f.subject) = c.called or holds_text(' ' || lower(replace(coalesce(f.evidence, ''), ',', ' ')) || ' ', ' ' || c.called || ' ')
)
select * from final
order by severity, check_name, subject, message
