-- Which machines' actions are waived: waivers of the configuration that are in force on the last day of the period. The
-- scope is the ARM id of a subscription, a resource group or a resource, and holds for all beneath it; of several
-- waivers the one that ends last counts.
-- grain: one row per kind, subscription and machine
-- key: kind, subscription_id, machine_number
with place as (
  select machine_number, subscription_id, resource_id || '/' as path from ledger.machine
  union all
  select distinct cast(null as integer) as machine_number, subscription_id, '/subscriptions/' || subscription_id || '/' as path
  from actions.spending where machine_number is null and subscription_id is not null
  union all
  select distinct machine_number, subscription_id, '/subscriptions/' || subscription_id || '/' as path
  from actions.spending where machine_number is not null and subscription_id is not null
),
matched as (
  select k.kind, p.subscription_id, p.machine_number, w.author, w.reason, w.expires_day,
         row_number() over (partition by k.kind, p.subscription_id, p.machine_number order by w.expires_day desc, w.position) as choice
  from config.waiver w
  cross join config.period d
  join actions.kind k on w.action is null or k.kind = w.action
  join place p on begins_with(p.path, w.scope || '/')
  where w.expires_day >= day_of(d.until_at - 1)
),
final as (
  select kind, subscription_id, machine_number, author, reason, expires_day from matched where choice = 1
)
select * from final
