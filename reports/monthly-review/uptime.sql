-- The period's uptime in one row: hours on whose position in the day is unknown (days known by compute hours alone), the
-- machines concerned, machines without any power information, and the flat-month model in hours (billed machines × 730).
-- grain: one row
-- key: none
with unplaced as (
  select coalesce(sum(on_seconds), 0) as seconds, count(distinct machine_number) as machines from ledger.power where on_seconds is not null and power = 'running'
),
unknown as (
  select count(distinct machine_number) as machines, coalesce(sum(until_at - from_at), 0) as seconds from ledger.power where power = 'unknown'
),
billed as (
  select count(distinct machine_number) as machines from ledger.machine_total where billing_currency is not null and machine_number is not null
),
alive as (
  select count(*) as machines from ledger.machine where alive_from_at is not null
),
final as (
  select hours_of_seconds(cast(u.seconds as bigint)) as unplaced_hours, cast(u.machines as integer) as unplaced_machines,
         hours_of_seconds(cast(k.seconds as bigint)) as unknown_hours, cast(k.machines as integer) as unknown_machines,
         cast(b.machines as integer) as billed_machines, amount(b.machines * 730) as flat_hours, cast(a.machines as integer) as machines,
         cast(integer_quotient(p.until_at - p.from_at, 3600) as integer) as period_hours
  from unplaced u
  cross join unknown k
  cross join billed b
  cross join alive a
  cross join config.period p
)
select * from final
