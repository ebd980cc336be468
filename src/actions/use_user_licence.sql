-- Paid time of client systems (Windows 10 and 11) where the tenant holds user licences with Defender for Endpoint: these
-- cover the users' devices, the hourly plan brings no sensor to them. Base: the plan is taken off; only as many machines
-- as the licences have devices left count, else nothing is base.
-- grain: one row per spending
-- key: spending_id
with licence as (
  select cast(sum(e.enabled_units * coalesce(b.devices_per_user, 1)) as bigint) as devices
  from licensing.entitlement e
  left join (select offer_id, max(devices_per_user) as devices_per_user from licensing.offer group by offer_id) b on b.offer_id = e.offer_id
  where e.covers = 'client' and e.enabled_units > 0
),
client as (
  select s.spending_id, s.machine_number, s.cost
  from actions.spending s
  join ledger.machine m on m.machine_number = s.machine_number
  where s.bucket = 'paid_not_applicable' and m.os_class = 'client' and m.managed_by is null
),
machines as (
  select cast(count(distinct machine_number) as bigint) as machines from client
),
final as (
  select c.spending_id, amount(0) as low, case when l.devices >= n.machines then c.cost else amount(0) end as base, c.cost as high,
         'user licences for ' || cast(l.devices as varchar) || ' devices are held' as detail
  from client c
  cross join licence l
  cross join machines n
  where l.devices > 0
)
select * from final
