-- The plan of a machine on a day. The meter on that day wins; then the setting of the resource; then what its
-- subscription was billed for as a whole; then the subscription's setting. Of several snapshots the nearest counts.
-- grain: one row per machine and day of its life or of a charge
-- key: machine_number, day
with charged_day as (
  select machine_number, day, min(plan) as first_plan, max(plan) as last_plan
  from ledger.charge
  where machine_number is not null
  group by machine_number, day
),
-- few days have the meters of two plans: there the one with more hours wins
meter_hours as (
  select c.machine_number, c.day, c.plan, sum(coalesce(c.hours, 0)) as hours
  from ledger.charge c
  join charged_day d on d.machine_number = c.machine_number and d.day = c.day
  where d.first_plan <> d.last_plan and c.plan is not null
  group by c.machine_number, c.day, c.plan
),
meter as (
  select machine_number, day, plan, row_number() over (partition by machine_number, day order by hours desc, plan desc) as choice from meter_hours
),
machine_day as (
  select coalesce(p.machine_number, c.machine_number) as machine_number, coalesce(p.day, c.day) as day, coalesce(m.plan, c.last_plan) as meter_plan
  from ledger.power_day p
  full join charged_day c on c.machine_number = p.machine_number and c.day = p.day
  left join meter m on m.machine_number = c.machine_number and m.day = c.day and m.choice = 1
),
subscription_meter_hours as (
  select subscription_id, day, plan, sum(coalesce(hours, 0)) as hours
  from ledger.charge
  where grain = 'subscription' and plan is not null
  group by subscription_id, day, plan
),
subscription_meter as (
  select subscription_id, day, plan, row_number() over (partition by subscription_id, day order by hours desc, plan desc) as choice
  from subscription_meter_hours
),
setting as (
  -- a resource that only repeats its subscription says nothing of its own from then on
  select distinct scope_level, scope_id, subscription_id, snapshot_at, enabled_at,
         case when scope_level = 'resource' and is_inherited then cast(null as varchar)
              when tier = 'free' then 'none' when tier = 'standard' then coalesce(sub_plan, 'p2') else 'unknown' end as plan
  from normalise.plan_setting
  where plan_name = 'virtualmachines'
),
resource_setting as (
  select i.machine_number, s.snapshot_at, max(s.plan) as plan
  from setting s
  join ledger.machine_identity i on i.resource_id = s.scope_id and i.from_at <= s.snapshot_at and s.snapshot_at < i.until_at
  where s.scope_level = 'resource'
  group by i.machine_number, s.snapshot_at
),
resource_span as (
  select *,
         coalesce(integer_quotient(lag(snapshot_at) over w + snapshot_at, 2), 0) as nearest_from_at,
         coalesce(integer_quotient(snapshot_at + lead(snapshot_at) over w, 2), 253402300800) as nearest_until_at
  from resource_setting
  window w as (partition by machine_number order by snapshot_at)
),
subscription_span as (
  select *,
         coalesce(integer_quotient(lag(snapshot_at) over w + snapshot_at, 2), 0) as nearest_from_at,
         coalesce(integer_quotient(snapshot_at + lead(snapshot_at) over w, 2), 253402300800) as nearest_until_at
  from setting
  where scope_level = 'subscription'
  window w as (partition by subscription_id order by snapshot_at, plan)
),
final as (
  select d.machine_number, d.day,
         coalesce(d.meter_plan, r.plan, s.plan, u.plan, 'unknown') as plan,
         case when d.meter_plan is not null then 'observed' when r.plan is not null then 'inferred' when s.plan is not null then 'inferred'
              when u.plan is not null then case when u.enabled_at <= day_at(d.day) then 'inferred' else 'assumed' end
              else 'none' end as evidence,
         case when d.meter_plan is not null then 'meter' when r.plan is not null then 'resource' when s.plan is not null then 'subscription_meter'
              when u.plan is not null then 'subscription' else 'none' end as source,
         r.plan as resource_plan
  from machine_day d
  join ledger.machine x on x.machine_number = d.machine_number
  left join resource_span r on r.machine_number = d.machine_number
    and r.nearest_from_at <= day_at(d.day) + 43200 and day_at(d.day) + 43200 < r.nearest_until_at
  left join subscription_meter s on s.subscription_id = x.subscription_id and s.day = d.day and s.choice = 1
  left join subscription_span u on u.subscription_id = x.subscription_id
    and u.nearest_from_at <= day_at(d.day) + 43200 and day_at(d.day) + 43200 < u.nearest_until_at
)
select * from final
