-- Servers in the scope of licences by the whole hours that they were billable in the period.
-- grain: one row per number of hours
-- key: hours
with machine as (
  select d.machine_id, sum(d.billable_seconds) as seconds
  from ledger.machine_day d
  join ledger.machine m on m.machine_id = d.machine_id
  where m.in_licence_scope and m.alive_from_at is not null
  group by d.machine_id
  having sum(d.billable_seconds) > 0 or sum(d.unknown_seconds) = 0
),
final as (
  select cast(integer_quotient(seconds, 3600) as integer) as hours, cast(count(*) as integer) as machines from machine group by 1
)
select * from final order by hours
