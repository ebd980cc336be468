-- severity: info
-- Some subscriptions pay other prices than their cost data shows: sponsored, free and pass subscriptions are paid from a
-- credit, Dev/Test offers have discounts of their own. The offer behind a subscription is told by the name of its quota, as
-- Azure Resource Manager lists it (subscriptionPolicies.quotaId); other names say nothing.
with charged as (
  select subscription_id, billing_currency, amount(sum(cost)) as cost from ledger.charge group by subscription_id, billing_currency
),
offer as (
  select subscription_id, coalesce(name, subscription_id) as name, quota_id,
         case when quota_id like '%devtest%' or quota_id like 'msdn%' then 'a Dev/Test or Visual Studio offer'
              when quota_id like 'sponsored%' then 'a sponsored subscription'
              when quota_id like 'freetrial%' or quota_id like 'azurepass%' or quota_id like 'azureforstudents%' or quota_id like 'default_2014%' then 'a subscription paid from a credit' end as kind
  from normalise.subscription
),
final as (
  select o.name as subject, 'it is ' || o.kind || ': the cost shown need not be what is invoiced' as message,
         'quota id ' || o.quota_id || coalesce('; shown ' || amount_text(c.cost), '') || coalesce(' ' || c.billing_currency, '') as evidence
  from offer o
  join charged c on c.subscription_id = o.subscription_id
  where o.kind is not null
)
select * from final
