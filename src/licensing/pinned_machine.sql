-- Machines that must stay on Plan 2 because hourwise.yaml pins their tag (`pins`), whatever would be cheaper. Tag names and
-- values are compared without case, as Azure compares tag names. Where several pins fit, the first in the file is named.
-- grain: one row per pinned machine that exists in the period
-- key: machine_number
with hit as (
  select m.machine_number, p.pin, p.plan, p.tag, tag_value(m.tags, p.tag) as value, p.reason,
         row_number() over (partition by m.machine_number order by p.pin) as choice
  from ledger.machine m
  join config.pin p
    on tag_value(m.tags, p.tag) is not null and (p.value is null or lower(tag_value(m.tags, p.tag)) = lower(p.value))
  where m.alive_from_at is not null
),
final as (
  select machine_number, pin, plan, tag, value, reason from hit where choice = 1
)
select * from final
