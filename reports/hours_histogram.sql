-- Machines by the hours that they were billable (running or stopped) in the period, in steps of 24 hours; a machine on
-- all the time stands in the last step. Machines without any known power are left out.
-- grain: one row per step
-- key: from_hour
with machine as (
  select d.machine_number, sum(d.billable_seconds) as seconds, max(case when m.in_licence_scope then 1 else 0 end) as in_scope
  from ledger.machine_day d
  join ledger.machine m on m.machine_number = d.machine_number
  where m.alive_from_at is not null
  group by d.machine_number
  having sum(d.billable_seconds) > 0 or sum(d.unknown_seconds) = 0
),
period as (
  select integer_quotient(until_at - from_at, 86400) as days from config.period
),
binned as (
  select least(integer_quotient(seconds, 86400), p.days - 1) as step, in_scope from machine cross join period p
),
step as (
  select unnest(whole_numbers(0, days - 1)) as step from period
),
final as (
  select cast(s.step * 24 as integer) as from_hour, cast(s.step * 24 + 24 as integer) as until_hour, cast(count(b.step) as integer) as machines,
         cast(coalesce(sum(b.in_scope), 0) as integer) as machines_in_scope
  from step s
  left join binned b on b.step = s.step
  group by s.step
)
select * from final order by from_hour
