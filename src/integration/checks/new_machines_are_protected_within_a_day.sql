-- severity: warning
-- A machine has a healthy sensor within 24 hours of its first running time.
with final as (
  select coalesce(subscription_id, 'unknown subscription') as subject,
         case state when 'late' then 'new machines had no healthy sensor for more than a day' else 'new machines have had no healthy sensor since they began' end as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(name) as evidence
  from integration.provisioning
  where state in ('late', 'never')
  group by subscription_id, state
)
select * from final
