-- The days of the machines of `machine.sql`, neighbouring days that are alike in one row: minutes on, minutes with a
-- healthy sensor while on, minutes billed (NULL: no charge), whether the power state is unknown for part of the day.
-- grain: one row per machine and run of equal days
-- key: machine_number, first_day
with time_and_money as (
  select machine_number, billing_currency, sum(case when power in ('running', 'stopped') then seconds else 0 end) as on_seconds,
         sum(case when power = 'running' and health = 'unhealthy' then seconds else 0 end) as unhealthy_seconds, amount(sum(billed_hours)) as billed_hours
  from ledger.machine_total
  where machine_number is not null
  group by machine_number, billing_currency
),
ranked as (
  select machine_number, row_number() over (order by unhealthy_seconds desc, billed_hours desc nulls last, on_seconds desc, machine_number, billing_currency nulls last) as position
  from time_and_money
),
chosen as (
  select distinct machine_number from ranked where position <= 10000
),
by_day as (
  select l.machine_number, l.day,
         cast(integer_quotient(cast(sum(case when l.power in ('running', 'stopped') then l.seconds else 0 end) as bigint) + 30, 60) as integer) as on_minutes,
         cast(integer_quotient(cast(sum(case when l.power = 'running' and l.health = 'healthy' then l.seconds else 0 end) as bigint) + 30, 60) as integer) as healthy_minutes,
         cast(round(cast(sum(l.billed_hours) as decimal(18, 6)) * 60) as integer) as billed_minutes,
         max(case when l.power = 'unknown' and l.seconds > 0 then 1 else 0 end) as has_unknown
  from ledger.ledger l
  join chosen c on c.machine_number = l.machine_number
  group by l.machine_number, l.day
),
marked as (
  select d.*,
         case when lag(day_at(day)) over (partition by machine_number order by day) = day_at(day) - 86400
               and lag(on_minutes) over (partition by machine_number order by day) = on_minutes
               and lag(healthy_minutes) over (partition by machine_number order by day) = healthy_minutes
               and lag(billed_minutes) over (partition by machine_number order by day) is not distinct from billed_minutes
               and lag(has_unknown) over (partition by machine_number order by day) = has_unknown
              then 0 else 1 end as is_new
  from by_day d
),
numbered as (
  select m.*, sum(is_new) over (partition by machine_number order by day rows unbounded preceding) as run
  from marked m
),
final as (
  select machine_number, min(day) as first_day, cast(count(*) as integer) as days, min(on_minutes) as on_minutes, min(healthy_minutes) as healthy_minutes,
         min(billed_minutes) as billed_minutes, min(has_unknown) = 1 as has_unknown
  from numbered
  group by machine_number, run
)
select * from final order by machine_number, first_day
