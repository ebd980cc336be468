-- Power and health laid over each other: the running sum of a machine's changes (`state_change`) is the combined state
-- (`state`) from each on.
-- grain: one row per machine and segment within the period
-- key: machine_number, from_at
with summed as (
  select machine_number, change_at as from_at,
         lead(change_at) over (partition by machine_number order by change_at) as next_at,
         cast(sum(delta) over (partition by machine_number order by change_at rows unbounded preceding) as integer) as state
  from ledger.state_change
),
final as (
  select s.machine_number, s.from_at, coalesce(s.next_at, m.alive_until_at) as until_at, s.state
  from summed s
  join ledger.machine m on m.machine_number = s.machine_number
)
select * from final
