-- How long the sensors that are unhealthy at the end of the period have been so, at least: from the first listing of the
-- unbroken run of unhealthy verdicts, less the four hours that a listing speaks of. Before the first listing nothing is
-- known, so an age is a lower bound (`at_least`) when the run begins with the first listing of the machine.
-- grain: one row per age class and evidence at the end of the period
-- key: age, evidence
with last_state as (
  select h.machine_number, h.evidence, p.until_at
  from ledger.health h
  cross join config.period p
  where h.health = 'unhealthy' and h.until_at = p.until_at
),
listed as (
  select v.machine_number, v.first_at, v.health
  from ledger.verdict v
  join last_state s on s.machine_number = v.machine_number and v.first_at - 14400 < s.until_at
),
broken as (
  select machine_number, max(first_at) as first_at from listed where health <> 'unhealthy' group by machine_number
),
run as (
  select l.machine_number, min(l.first_at) - 14400 as from_at, max(case when b.machine_number is null then 1 else 0 end) as at_least
  from listed l
  left join broken b on b.machine_number = l.machine_number
  where l.health = 'unhealthy' and (b.first_at is null or l.first_at > b.first_at)
  group by l.machine_number
),
aged as (
  select s.machine_number, s.evidence, coalesce(r.at_least, 1) as at_least, integer_quotient(s.until_at - least(coalesce(r.from_at, s.until_at), s.until_at), 86400) as days
  from last_state s
  left join run r on r.machine_number = s.machine_number
),
final as (
  select case when days <= 7 then '0-7' when days <= 30 then '8-30' when days <= 90 then '31-90' else 'over 90' end as age, evidence,
         cast(count(*) as integer) as machines, cast(sum(at_least) as integer) as at_least, cast(max(days) as integer) as longest_days
  from aged
  group by 1, 2
)
select * from final
order by case age when '0-7' then 1 when '8-30' then 2 when '31-90' then 3 else 4 end,
         case evidence when 'observed' then 1 when 'inferred' then 2 else 3 end
