-- severity: warning
-- A machine that is charged on a day on which it did not exist was deleted or created at another time than the sources
-- say, or the charge belongs to another machine.
with outside as (
  select m.machine_id, c.day, c.hours, c.cost, c.billing_currency, m.alive_from_at, m.alive_until_at
  from ledger.charge c
  join ledger.machine m on m.machine_number = c.machine_number
  where m.alive_from_at is null or day_at(c.day) + 86400 <= m.alive_from_at or day_at(c.day) >= m.alive_until_at
),
final as (
  select machine_id as subject, 'charges lie outside the life of the machine' as message,
         cast(count(distinct day) as varchar) || ' days from ' || cast(min(day) as varchar) || ' to ' || cast(max(day) as varchar) || ', '
           || coalesce(amount_text(sum(hours)), 'unknown') || ' h, ' || coalesce(amount_text(sum(cost)), 'unknown cost') || coalesce(' ' || billing_currency, '') || '; '
           || case when min(alive_from_at) is null then 'no life in the period is known'
                   else 'life from ' || moment_text(min(alive_from_at)) || ' until ' || moment_text(max(alive_until_at)) end as evidence
  from outside
  group by machine_id, billing_currency
)
select * from final
