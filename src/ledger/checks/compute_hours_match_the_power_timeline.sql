-- severity: warning
-- Compute meters are a second witness of uptime: where they and the power timeline differ by more than an hour on a day,
-- one of them is wrong, and expected hours with it. A day without a compute line counts as none for a machine that has
-- some in the period. Left out: scale sets billed under one id, which are many machines, and days on which an id passed
-- from one machine to another, whose compute hours cannot be told apart.
with witness as (
  select machine_number from ledger.machine_day where compute_hours is not null group by machine_number
),
span as (
  select min(day) as first_day, max(day) as last_day from ledger.machine_day where compute_hours is not null
),
handover as (
  select i.machine_number, day_of(o.from_at) as day
  from ledger.machine_identity i
  join ledger.machine_identity o on o.resource_id = i.resource_id
  join config.period p on o.from_at >= p.from_at and o.from_at < p.until_at
  where i.from_at < day_at(next_day(day_of(o.from_at))) and i.until_at > day_at(day_of(o.from_at))
),
compared as (
  select m.machine_id, d.machine_number, d.day, coalesce(d.billable_seconds, 0) as timeline_seconds,
         cast(round(least(coalesce(d.compute_hours, 0), 24) * 3600) as bigint) as compute_seconds
  from ledger.machine_day d
  join witness w on w.machine_number = d.machine_number
  join ledger.machine m on m.machine_number = d.machine_number
  cross join span s
  left join handover h on h.machine_number = d.machine_number and h.day = d.day
  where coalesce(d.unknown_seconds, 0) = 0 and d.day >= s.first_day and d.day <= s.last_day
    and m.kind in ('azure-vm', 'scale-set-instance') and coalesce(m.resource_id, '') <> coalesce(m.scale_set_id, '-')
    and h.machine_number is null
),
differing as (
  select *, row_number() over (partition by machine_number order by abs(timeline_seconds - compute_seconds) desc, day) as worst,
         count(*) over (partition by machine_number) as days
  from compared
  where abs(timeline_seconds - compute_seconds) > 3600
),
final as (
  select machine_id as subject, 'compute meters and power timeline differ by more than an hour on a day' as message,
         cast(days as varchar) || case when days = 1 then ' day' else ' days' end || '; most on ' || cast(day as varchar) || ': compute '
           || cast(cast(hours_of_seconds(compute_seconds) as decimal(18, 2)) as varchar) || ' h, timeline '
           || cast(cast(hours_of_seconds(timeline_seconds) as decimal(18, 2)) as varchar) || ' h' as evidence
  from differing
  where worst = 1
)
select * from final
