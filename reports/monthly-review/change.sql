-- What turned the bill of the month before into the bill of this month, per currency: the steps of a waterfall, and the
-- ten machines that moved most with what moved them. The steps add up exactly: what the parts leave over stands in step
-- `residual`. Empty when the period is no calendar month or the cost data of a currency starts after the earlier month's
-- first day.
-- Of a machine billed in both months: hours = (hours now − before) × its cost an hour before; plan and free = the shift of
-- hours between meters at the earlier price of each; price = hours now × the change of price. Corrections and negative
-- lines are taken out first and stand in a step of their own.
-- grain: one row per step and per mover
-- key: billing_currency, row_kind, step, machine_id
with pair as (
  select p.from_day as month, max(h.month) as earlier_month
  from history.figure h
  cross join config.period p
  where h.month < p.from_day and day_at(p.from_day) - day_at(h.month) <= 31 * 86400
    and exists (select 1 from history.figure x where x.month = p.from_day)
  group by p.from_day
),
currency as (
  select t.billing_currency, p.month, p.earlier_month
  from (select billing_currency, min(first_day) as first_day from normalise.cost_total group by billing_currency) t
  join pair p on t.first_day <= p.earlier_month
  where t.billing_currency in (select billing_currency from history.machine_month)
),
billed as (
  select c.billing_currency, case when h.month = c.month then 1 else 0 end as is_now, h.machine_id, h.charged_plan, h.meter,
         amount(coalesce(h.billed_hours, 0)) as hours, amount(coalesce(h.cost, 0)) as cost
  from history.machine_month h
  join currency c on c.billing_currency = h.billing_currency and h.month in (c.month, c.earlier_month)
),
correction_line as (
  select c.billing_currency, case when d.charge_day >= c.month then 1 else 0 end as is_now, d.cost_line_id, max(i.machine_id) as machine_id,
         max(d.plan) as charged_plan, max(case when d.meter = 'standard' then 'standard' else 'free' end) as meter,
         max(coalesce(d.hours, 0)) as hours, max(coalesce(d.cost, 0)) as cost
  from ledger.defender_line d
  join currency c on c.billing_currency = d.billing_currency and d.charge_day >= c.earlier_month
  join config.period p on d.charge_day < p.until_day
  join normalise.cost_resource r on r.resource_key = d.resource_key
  left join ledger.machine_identity i
    on i.resource_id = r.resource_id and i.from_at <= day_at(d.charge_day) + 43200 and day_at(d.charge_day) + 43200 < i.until_at
  left join config.subscription_filter f on f.subscription_id = coalesce(r.subscription_id, id_subscription(r.resource_id))
  where d.grain = 'machine'
    and (d.is_correction or d.charge_category in ('refund', 'credit', 'adjustment') or d.cost < 0 or d.hours < 0)
    and (f.subscription_id is not null or not exists (select 1 from config.subscription_filter))
  group by c.billing_currency, is_now, d.cost_line_id
),
meter as (
  select billing_currency, machine_id, charged_plan, meter,
         amount(sum(case when is_now = 0 then hours else 0 end)) as hours_before, amount(sum(case when is_now = 0 then cost else 0 end)) as cost_before,
         amount(sum(case when is_now = 1 then hours else 0 end)) as hours_now, amount(sum(case when is_now = 1 then cost else 0 end)) as cost_now
  from (
    select billing_currency, is_now, machine_id, charged_plan, meter, hours, cost from billed
    union all
    select billing_currency, is_now, machine_id, charged_plan, meter, amount(0 - hours), amount(0 - cost) from correction_line
  ) u
  group by billing_currency, machine_id, charged_plan, meter
),
fleet as (
  select billing_currency, charged_plan, meter,
         coalesce(amount_ratio(amount(sum(cost_before)), amount(sum(hours_before))), amount_ratio(amount(sum(cost_now)), amount(sum(hours_now)))) as price
  from meter
  group by billing_currency, charged_plan, meter
),
machine as (
  select billing_currency, machine_id, amount(sum(hours_before)) as hours_before, amount(sum(cost_before)) as cost_before,
         amount(sum(hours_now)) as hours_now, amount(sum(cost_now)) as cost_now,
         amount(sum(case when meter = 'free' then hours_before else 0 end)) as free_before, amount(sum(case when meter = 'free' then hours_now else 0 end)) as free_now,
         max(case when hours_before <> 0 or cost_before <> 0 then 1 else 0 end) as was_billed,
         max(case when hours_now <> 0 or cost_now <> 0 then 1 else 0 end) as is_billed
  from meter
  where machine_id is not null
  group by billing_currency, machine_id
),
priced as (
  select t.*, m.hours_before as machine_before, m.hours_now as machine_now,
         count(*) over (partition by t.billing_currency, t.machine_id) as meters,
         coalesce(case when t.hours_before > 0 then amount_ratio(t.cost_before, t.hours_before) end, f.price, amount(0)) as price_before,
         case when t.hours_now > 0 then amount_ratio(t.cost_now, t.hours_now) end as price_now
  from meter t
  join machine m on m.billing_currency = t.billing_currency and m.machine_id = t.machine_id
  join fleet f on f.billing_currency = t.billing_currency and f.charged_plan is not distinct from t.charged_plan and f.meter = t.meter
  where m.hours_before > 0 and m.hours_now > 0
),
shifted as (
  select billing_currency, machine_id,
         amount(sum(case when meters = 1 then amount(0)
                         else amount_product(amount(hours_now - amount_product(hours_before, amount_ratio(machine_now, machine_before))), price_before) end)) as meter_effect,
         amount(sum(case when price_now is null or price_now = price_before then amount(0)
                         else amount_product(hours_now, amount(price_now - price_before)) end)) as price_effect
  from priced
  group by billing_currency, machine_id
),
shared as (
  select m.*,
         case when free_before = 0 and free_now = 0 then false
              else coalesce(amount_ratio(free_before, hours_before), 0) <> coalesce(amount_ratio(free_now, hours_now), 0) end as is_free_changed
  from machine m
),
classed as (
  select m.billing_currency, m.machine_id, m.cost_before, m.cost_now,
         case when m.was_billed = 0 and (k.machine_id is null or coalesce(k.created_at, k.alive_from_at) >= p.from_at) then 'added'
              when m.was_billed = 0 then 'again'
              when m.is_billed = 0 and k.alive_from_at is null then 'removed'
              when m.is_billed = 0 then 'unbilled' else 'both' end as class,
         case when s.machine_id is not null and m.hours_now <> m.hours_before
              then amount_product(amount(m.hours_now - m.hours_before), amount_ratio(m.cost_before, m.hours_before)) else amount(0) end as hours_effect,
         amount(case when m.is_free_changed then 0 else coalesce(s.meter_effect, 0) end) as plan_effect,
         amount(case when m.is_free_changed then coalesce(s.meter_effect, 0) else 0 end) as free_effect,
         amount(coalesce(s.price_effect, 0)) as price_effect
  from shared m
  cross join config.period p
  left join ledger.machine k on k.machine_id = m.machine_id
  left join shifted s on s.billing_currency = m.billing_currency and s.machine_id = m.machine_id
),
part as (
  select billing_currency, machine_id, class as step, amount(cost_now - cost_before) as cost from classed where class <> 'both'
  union all select billing_currency, machine_id, 'hours', hours_effect from classed where class = 'both' and hours_effect <> 0
  union all select billing_currency, machine_id, 'plan', plan_effect from classed where class = 'both' and plan_effect <> 0
  union all select billing_currency, machine_id, 'free', free_effect from classed where class = 'both' and free_effect <> 0
  union all select billing_currency, machine_id, 'price', price_effect from classed where class = 'both' and price_effect <> 0
  union all select billing_currency, machine_id, 'correction', amount(case when is_now = 1 then cost else 0 - cost end) from correction_line
  union all select billing_currency, machine_id, 'unknown', amount(cost_now - cost_before) from meter where machine_id is null
),
total as (
  select c.billing_currency, amount(coalesce(sum(case when b.is_now = 0 then b.cost end), 0)) as cost_before,
         amount(coalesce(sum(case when b.is_now = 1 then b.cost end), 0)) as cost_now
  from currency c
  left join billed b on b.billing_currency = c.billing_currency
  group by c.billing_currency
),
step_name as (
  select * from (values ('added', 2), ('again', 3), ('removed', 4), ('unbilled', 5), ('hours', 6), ('plan', 7), ('free', 8), ('price', 9),
                        ('correction', 10), ('unknown', 11)) v (step, position)
),
effect as (
  select t.billing_currency, n.step, n.position, amount(coalesce(sum(p.cost), 0)) as cost, cast(count(distinct p.machine_id) as integer) as machines
  from total t
  cross join step_name n
  left join part p on p.billing_currency = t.billing_currency and p.step = n.step
  group by t.billing_currency, n.step, n.position
),
step as (
  select billing_currency, 'earlier' as step, 1 as position, cost_before as cost, 0 as machines from total
  union all select billing_currency, step, position, cost, machines from effect
  union all select t.billing_currency, 'residual', 12, amount(t.cost_now - t.cost_before - sum(e.cost)), 0
    from total t join effect e on e.billing_currency = t.billing_currency group by t.billing_currency, t.cost_now, t.cost_before
),
climbed as (
  select *, amount(sum(cost) over (partition by billing_currency order by position rows unbounded preceding)) as until_cost from step
  union all
  select billing_currency, 'current', 13, cost_now, 0, cost_now from total
),
machine_step as (
  select billing_currency, machine_id, step, amount(sum(cost)) as cost from part where machine_id is not null group by billing_currency, machine_id, step
),
ranked_step as (
  select s.*, row_number() over (partition by s.billing_currency, s.machine_id order by abs(s.cost) desc, n.position) as place
  from machine_step s
  join step_name n on n.step = s.step
),
main_step as (
  select billing_currency, machine_id, step from ranked_step where place = 1
),
machine_total as (
  select billing_currency, machine_id, amount(sum(case when is_now = 0 then cost else 0 end)) as cost_before, amount(sum(case when is_now = 1 then cost else 0 end)) as cost_now
  from billed
  where machine_id is not null
  group by billing_currency, machine_id
),
mover as (
  select t.*, amount(t.cost_now - t.cost_before) as cost, coalesce(m.step, 'correction') as step,
         row_number() over (partition by t.billing_currency order by abs(t.cost_now - t.cost_before) desc, t.machine_id) as position
  from machine_total t
  left join main_step m on m.billing_currency = t.billing_currency and m.machine_id = t.machine_id
  where t.cost_now <> t.cost_before
),
final as (
  select 'step' as row_kind, s.billing_currency, cast(s.position as integer) as position,
         cast(row_number() over (partition by s.billing_currency order by case when s.step in ('earlier', 'current', 'residual') then 1 else 0 end, abs(s.cost) desc, s.position) as integer) as rank,
         s.step, s.cost,
         amount(case when s.step in ('earlier', 'current') then 0 else s.until_cost - s.cost end) as from_cost, s.until_cost, s.machines,
         cast(null as varchar) as machine_id, cast(null as varchar) as name, cast(null as varchar) as subscription_name, cast(null as varchar) as owner
  from climbed s
  union all
  select 'mover', m.billing_currency, cast(m.position as integer), cast(m.position as integer), m.step, m.cost, m.cost_before, m.cost_now, 1,
         m.machine_id, coalesce(k.name, m.machine_id), coalesce(k.subscription_name, k.subscription_id), k.owner
  from mover m
  left join ledger.machine k on k.machine_id = m.machine_id
  where m.position <= 10
)
select * from final order by billing_currency, row_kind desc, position
