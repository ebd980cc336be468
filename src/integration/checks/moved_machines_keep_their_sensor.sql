-- severity: info
-- A machine that moved keeps its sensor: after a move between subscriptions the extension has to be deleted, so that it is
-- deployed again; a move between tenants only support can complete.
with final as (
  select machine_id as subject, 'the machine moved to another ' || move_of || case move_of when 'subscription' then ': delete its extension, so that it is deployed again' else '' end as message,
         'on ' || cast(moved_day as varchar) || ', from ' || from_id_display || ' to ' || to_id_display as evidence
  from (select distinct machine_id, moved_day, move_of, from_id_display, to_id_display from integration.move) m
)
select * from final
