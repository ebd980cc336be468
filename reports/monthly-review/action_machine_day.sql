-- The hours day by day of the machines behind the actions: of each currency the 25 with the largest money of one action.
-- grain: one row per currency, machine and day
-- key: billing_currency, machine_number, day
with charged as (
  select billing_currency, machine_number, day, bucket, issue, billed_hours, cost from ledger.ledger where billing_currency is not null and machine_number is not null
),
action as (
  select a.billing_currency, a.machine_number, a.stake
  from actions.action_machine a
  join actions.kind k on k.kind = a.kind
  where k.basis = 'bill' and a.status = 'open' and a.machine_number is not null
),
largest as (
  select billing_currency, machine_number, row_number() over (partition by billing_currency order by max(stake) desc, machine_number) as position
  from action
  group by billing_currency, machine_number
),
chosen as (
  select billing_currency, machine_number, position from largest where position <= 25
),
paid as (
  select c.billing_currency, c.machine_number, c.day, amount(sum(c.billed_hours)) as billed_hours, amount(sum(c.cost)) as cost
  from charged c
  join chosen n on n.billing_currency = c.billing_currency and n.machine_number = c.machine_number
  group by c.billing_currency, c.machine_number, c.day
),
final as (
  select n.billing_currency, n.machine_number, d.day, hours_of_seconds(d.running_seconds) as running_hours, hours_of_seconds(d.stopped_seconds) as stopped_hours,
         p.billed_hours, p.cost
  from chosen n
  join ledger.machine_day d on d.machine_number = n.machine_number
  left join paid p on p.billing_currency = n.billing_currency and p.machine_number = n.machine_number and p.day = d.day
)
select * from final order by billing_currency, machine_number, day
