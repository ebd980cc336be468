-- severity: warning
-- Machines that must stay on Plan 2 are charged on Plan 1.
with final as (
  select coalesce(m.subscription_id, 'unknown subscription') as subject, 'machines that a pin keeps on Plan 2 are charged on Plan 1' as message,
         cast(count(distinct m.machine_id) as varchar) || ' machines' as evidence
  from licensing.pinned_machine p
  join ledger.machine m on m.machine_id = p.machine_id
  join ledger.charge c on c.machine_id = p.machine_id and c.plan = 'p1'
  group by coalesce(m.subscription_id, 'unknown subscription')
)
select * from final
