-- The time of each machine-day by what it is (`state_time`), with the plan of the day: the ledger before any charge is laid
-- on it.
-- carries_charges: charges of the day are laid on its billable slices; in a day without them on those of unknown power,
-- else on those that were off. carrying_seconds, carrying_slices: of all such slices of the day together.
-- grain: one row per machine, day and entry number
-- key: machine_number, day, entry_number
with ranked as (
  select *,
         min(carrying_rank) over d as best_rank,
         sum(case when carrying_rank = 1 then 1 else 0 end) over d as billable_slices,
         sum(case when carrying_rank = 1 then seconds else 0 end) over d as billable_seconds,
         sum(case when carrying_rank = 2 then 1 else 0 end) over d as unknown_slices,
         sum(case when carrying_rank = 2 then seconds else 0 end) over d as unknown_seconds,
         count(*) over d as slices,
         sum(seconds) over d as all_seconds
  from ledger.state_time
  window d as (partition by machine_number, day)
),
final as (
  select r.machine_number, r.day, coalesce(n.plan, 'unknown') as plan, r.entry_number, r.seconds, r.carrying_rank = r.best_rank as carries_charges,
         cast(case r.best_rank when 1 then r.billable_seconds when 2 then r.unknown_seconds else r.all_seconds end as bigint) as carrying_seconds,
         cast(case r.best_rank when 1 then r.billable_slices when 2 then r.unknown_slices else r.slices end as bigint) as carrying_slices,
         r.best_rank = 1 as is_billable_day
  from ranked r
  left join ledger.plan n on n.machine_number = r.machine_number and n.day = r.day
)
select * from final
