-- Machines and running or paid hours by owner and kind of gap in the period: the nine owners with most hours without
-- protection, the rest together, and those without an owner tag (position 11, label NULL). has_owners: whether any machine
-- has an owner; where none has, subscriptions stand in their place.
-- kind: installation and heartbeat (running, sensor unhealthy), idle (paid while stopped or off), not_applicable (paid, no
-- sensor applies), not_known (running, health unknown: no gap, a question).
-- grain: one row per owner and kind
-- key: position, kind
with has_owner as (
  select max(case when owner is not null then 1 else 0 end) as has_owners from ledger.machine where alive_from_at is not null
),
entry as (
  select l.machine_number, case when o.has_owners = 1 then m.owner else coalesce(m.subscription_name, m.subscription_id) end as owner, o.has_owners,
         case when l.health = 'unhealthy' and l.power = 'running' then coalesce(l.issue, 'installation')
              when l.bucket in ('paid_stopped', 'billed_while_off') then 'idle'
              when l.bucket = 'paid_not_applicable' then 'not_applicable'
              when l.power = 'running' and l.health = 'unknown' then 'not_known' end as kind,
         l.seconds
  from ledger.machine_total l
  join ledger.machine m on m.machine_number = l.machine_number
  cross join has_owner o
),
gap as (
  select * from entry where kind is not null
),
ranked as (
  select owner, row_number() over (order by case when owner is null then 1 else 0 end,
                                            sum(case when kind in ('installation', 'heartbeat') then seconds else 0 end) desc, count(distinct machine_number) desc, owner) as position
  from gap group by owner
),
placed as (
  select g.*, case when g.owner is null then 11 when r.position <= 9 then r.position else 10 end as position
  from gap g join ranked r on r.owner is not distinct from g.owner
),
final as (
  select cast(position as integer) as position, case when position <= 9 then owner end as label, kind, has_owners = 1 as has_owners,
         cast(count(distinct machine_number) as integer) as machines, cast(count(distinct owner) as integer) as owners, hours_of_seconds(cast(sum(seconds) as bigint)) as hours
  from placed
  group by position, case when position <= 9 then owner end, kind, has_owners = 1
)
select * from final order by position, kind
