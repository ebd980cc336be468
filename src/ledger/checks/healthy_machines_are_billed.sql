-- severity: warning
-- Machines that ran with a healthy sensor and were not billed, by the first cause that holds: server licences owned, plan
-- switched off, trial, charges that come later, a subscription outside the cost export; else the sensor
-- is in use without a licence, which an audit would find.
with unbilled as (
  select machine_number, subscription_id, day, sum(seconds) as seconds
  from ledger.ledger
  where bucket = 'protected_unbilled'
  group by machine_number, subscription_id, day
),
owned as (
  select max(case when coalesce(enabled_units, 0) > 0 then 1 else 0 end) as has_server_licences
  from normalise.subscribed_sku
  where sku_id = '509e8ab6-0274-4cda-bcbd-bd164fd562c4' or lower(sku_part_number) = 'mdatp_server'
),
trial as (
  select subscription_id, max(snapshot_at + trial_remaining_seconds) as ends_at
  from normalise.plan_setting
  where scope_level = 'subscription' and plan_name = 'virtualmachines' and tier = 'standard' and trial_remaining_seconds > 0
  group by subscription_id
),
newest as (
  select max(day) as day from ledger.charge
),
newest_of_subscription as (
  select subscription_id, max(day) as day from ledger.charge group by subscription_id
),
billed_subscription as (
  select distinct subscription_id from normalise.cost_line where subscription_id is not null
),
caused as (
  select u.machine_number, u.subscription_id, u.seconds,
         case when coalesce(o.has_server_licences, 0) = 1 then 1
              when p.plan = 'none' then 2
              when t.ends_at > day_at(u.day) then 3
              when u.day > s.day and u.day > cast(n.day - 3 as date) then 4
              when b.subscription_id is null then 5
              else 6 end as cause
  from unbilled u
  cross join owned o
  cross join newest n
  left join ledger.plan p on p.machine_number = u.machine_number and p.day = u.day
  left join newest_of_subscription s on s.subscription_id = u.subscription_id
  left join trial t on t.subscription_id = u.subscription_id
  left join billed_subscription b on b.subscription_id = u.subscription_id
),
final as (
  select coalesce(c.subscription_id, 'unknown subscription') as subject,
         case c.cause when 1 then 'healthy machines are not billed: server licences are owned and may cover them'
                    when 2 then 'healthy machines are not billed: the plan is off while the sensor stayed: an audit would find it'
                    when 3 then 'healthy machines are not billed: the subscription is in its trial'
                    when 4 then 'healthy machines are not billed: charges of the last days are still to come'
                    when 5 then 'healthy machines are not billed: no cost export covers the subscription'
                    else 'healthy machines are not billed and no licence is known for them: an audit would find it' end as message,
         cast(count(distinct c.machine_number) as varchar) || case when count(distinct c.machine_number) = 1 then ' machine, ' else ' machines, ' end
           || cast(cast(hours_of_seconds(sum(c.seconds)) as decimal(18, 1)) as varchar) || ' h, such as ' || min(coalesce(m.name, m.machine_id)) as evidence
  from caused c
  left join ledger.machine m on m.machine_number = c.machine_number
  group by c.subscription_id, c.cause
)
select * from final
