-- The plan of the machine, equal days in one row, with what proved it. source_file, source_row: the first line of the bill
-- that charged it on the first day, or the plan setting nearest to that day.
-- grain: one row per run of days
-- key: from_day
with compared as (
  select n.day, n.plan, n.source, n.evidence,
         case when n.plan = lag(n.plan) over w and coalesce(n.source, '') = coalesce(lag(n.source) over w, '') and n.evidence = lag(n.evidence) over w
               and n.day = next_day(lag(n.day) over w) then 0 else 1 end as is_new
  from ledger.plan n
  join config.explained e on e.machine_number = n.machine_number
  window w as (order by n.day)
),
numbered as (
  select *, sum(is_new) over (order by day rows unbounded preceding) as run from compared
),
run_of_days as (
  select min(day) as from_day, max(day) as to_day, min(plan) as plan, min(source) as source, min(evidence) as evidence
  from numbered
  group by run
),
explained as (
  select m.machine_number, m.subscription_id
  from ledger.machine m
  join config.explained e on e.machine_number = m.machine_number
),
told as (
  select r.from_day, 0 as distance, c.file_id, c.row_number
  from run_of_days r
  join ledger.charge c on c.day = r.from_day and c.plan = r.plan
  join explained m on (r.source = 'meter' and c.machine_number = m.machine_number)
                   or (r.source = 'subscription_meter' and c.grain = 'subscription' and c.subscription_id = m.subscription_id)
  union all
  select r.from_day, abs(s.snapshot_at - day_at(r.from_day) - 43200) as distance, s.file_id, s.row_number
  from run_of_days r
  join normalise.plan_setting s on s.plan_name = 'virtualmachines' and s.scope_level = r.source
  cross join explained m
  left join ledger.machine_identity i
    on i.machine_number = m.machine_number and i.resource_id = s.scope_id and i.from_at <= s.snapshot_at and s.snapshot_at < i.until_at
  where i.machine_number is not null or (s.scope_level = 'subscription' and s.subscription_id = m.subscription_id)
),
ranked as (
  select *, row_number() over (partition by from_day order by distance, file_id, row_number) as place from told
),
final as (
  select r.from_day, r.to_day, r.plan, replace(r.source, '_', ' ') as proved_by, r.evidence, f.path as source_file, t.row_number as source_row
  from run_of_days r
  left join ranked t on t.from_day = r.from_day and t.place = 1
  left join normalise.source_file f on f.file_id = t.file_id
)
select * from final
order by from_day
