-- severity: warning
-- Machines that must stay on Plan 2 are charged on Plan 1.
with final as (
  select coalesce(m.subscription_id, 'unknown subscription') as subject, 'machines that a pin keeps on Plan 2 are charged on Plan 1' as message,
         cast(count(distinct m.machine_number) as varchar) || ' machines' as evidence
  from licensing.pinned_machine p
  join ledger.machine m on m.machine_number = p.machine_number
  join ledger.charge c on c.machine_number = p.machine_number and c.plan = 'p1'
  group by coalesce(m.subscription_id, 'unknown subscription')
)
select * from final
