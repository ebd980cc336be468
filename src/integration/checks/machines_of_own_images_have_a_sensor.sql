-- severity: warning
-- Machines from an image of one's own have a sensor: generalised images are not provisioned by themselves.
with final as (
  select coalesce(subscription_name, 'unknown subscription') as subject, 'machines from an image of your own have no sensor: generalised images are not provisioned by themselves' as message,
         cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end || ', such as ' || min(name) as evidence
  from integration.custom_image
  group by subscription_name
)
select * from final
