-- severity: warning
-- A machine that only the bill knows has no uptime, no system and no owner: it was deleted before the inventory was
-- listed, or the listing does not reach its subscription.
with listed as (
  select distinct subscription_id from normalise.machine_record
),
final as (
  select coalesce(m.subscription_id, 'unknown subscription') as subject,
         case when min(l.subscription_id) is null then 'the inventory does not reach this subscription, but machines of it are billed'
              else 'machines are billed that the inventory does not know: deleted since, or out of its reach' end as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(m.name) as evidence
  from ledger.machine m
  left join listed l on l.subscription_id = m.subscription_id
  where m.known_to_bill and not m.known_to_inventory and m.kind <> 'direct' and m.alive_from_at is not null
    and exists (select 1 from normalise.machine_record)
  group by m.subscription_id
)
select * from final
