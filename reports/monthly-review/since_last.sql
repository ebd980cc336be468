-- What became of the machines on the list of actions since the last run: `fixed` stood there and do not any more, `new` did
-- not, `open` still do. A machine counts once in each currency, by the kind of action with most money. The ten with most
-- money of each outcome; items, cost and base in all. Empty when no earlier result with its actions was given.
-- base of what is fixed: its likely saving, as the last run put it.
-- grain: one row per outcome, currency and machine
-- key: outcome, billing_currency, machine_id
with run as (
  select from_day from history.last_run where has_actions
),
now_action as (
  select a.*, m.machine_id, row_number() over (partition by a.machine_number, a.billing_currency order by a.cost desc, a.kind) as place
  from actions.action_machine a
  join ledger.machine m on m.machine_number = a.machine_number
  cross join run
  where a.status = 'open' and a.billing_currency is not null
),
now_item as (
  select machine_id, billing_currency, max(case when place = 1 then kind end) as kind, max(owner) as owner, amount(sum(cost)) as cost, amount(sum(base)) as base
  from now_action
  group by machine_id, billing_currency
),
last_action as (
  select a.*, row_number() over (partition by machine_id, billing_currency order by cost desc, kind) as place
  from history.last_action a
  where status = 'open' and billing_currency is not null
),
last_item as (
  select machine_id, billing_currency, max(case when place = 1 then kind end) as kind, max(owner) as owner, max(name) as name, amount(sum(cost)) as cost, amount(sum(base)) as base
  from last_action
  group by machine_id, billing_currency
),
outcome as (
  select case when n.machine_id is null then 'fixed' else 'open' end as outcome, l.machine_id, l.billing_currency, l.kind, l.owner, l.name, l.cost, l.base
  from last_item l
  left join now_item n on n.machine_id = l.machine_id and n.billing_currency = l.billing_currency
  union all
  select 'new', n.machine_id, n.billing_currency, n.kind, n.owner, cast(null as varchar), n.cost, n.base
  from now_item n
  left join last_item l on n.machine_id = l.machine_id and n.billing_currency = l.billing_currency
  where l.machine_id is null
),
ranked as (
  select o.*, row_number() over (partition by outcome, billing_currency order by cost desc, machine_id) as position,
         count(*) over (partition by outcome, billing_currency) as items,
         amount(sum(cost) over (partition by outcome, billing_currency)) as all_cost, amount(sum(base) over (partition by outcome, billing_currency)) as all_base
  from outcome o
),
final as (
  select r.outcome, r.billing_currency, r.machine_id, coalesce(m.name, r.name, r.machine_id) as name, coalesce(r.owner, m.owner) as owner,
         coalesce(k.title, r.kind) as action, r.cost, r.base, cast(r.position as integer) as position, cast(r.items as integer) as items, r.all_cost, r.all_base
  from ranked r
  left join ledger.machine m on m.machine_id = r.machine_id
  left join actions.kind k on k.kind = r.kind
  where r.position <= 10
)
select * from final order by billing_currency, outcome, position
