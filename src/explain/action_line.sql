-- The lines of the bill behind an action: those of its machines in its currency and days, each with file and row; of
-- shares of a subscription's line the line itself. An action may claim a part of what a line costs: the other hours of
-- that day were worth something else.
-- grain: one row per line
-- key: source_file, source_row
with claimed as (
  select m.machine_number, m.subscription_id, m.billing_currency, m.first_day, m.last_day
  from actions.action_machine m
  join config.explained_action w on w.action_key = m.action_key
),
own as (
  select c.machine_number, c.file_id, c.row_number, c.day, c.plan, c.meter, c.hours, c.cost, c.billing_currency, false as allocated
  from ledger.charge c
  join claimed k on k.machine_number = c.machine_number and k.billing_currency = c.billing_currency and c.day >= k.first_day and c.day <= k.last_day
  where c.grain = 'machine'
),
unknown_machine as (
  select distinct c.machine_number, c.file_id, c.row_number, c.day, c.plan, c.meter, c.hours, c.cost, c.billing_currency, false as allocated
  from ledger.charge c
  join ledger.machine_charge s
    on s.machine_number is null and coalesce(s.subscription_id, '') = coalesce(c.subscription_id, '') and s.day = c.day
   and s.billing_currency = c.billing_currency and coalesce(s.charged_plan, '') = coalesce(c.plan, '')
  join claimed k
    on k.machine_number is null and coalesce(k.subscription_id, '') = coalesce(c.subscription_id, '') and k.billing_currency = c.billing_currency
   and c.day >= k.first_day and c.day <= k.last_day
  where c.machine_number is null
),
shared as (
  select distinct cast(null as integer) as machine_number, c.file_id, c.row_number, c.day, c.plan, c.meter, c.hours, c.cost, c.billing_currency, true as allocated
  from ledger.charge c
  join ledger.machine_charge s
    on s.allocated and s.subscription_id = c.subscription_id and s.day = c.day and s.billing_currency = c.billing_currency
   and coalesce(s.charged_plan, '') = coalesce(c.plan, '')
  join claimed k on k.machine_number = s.machine_number and k.billing_currency = s.billing_currency and s.day >= k.first_day and s.day <= k.last_day
  where c.grain = 'subscription'
),
line as (
  select * from own union all select * from unknown_machine union all select * from shared
),
final as (
  select coalesce(m.name, m.machine_id, case when l.allocated then 'the subscription' else 'unknown machine' end) as machine, l.day, l.plan, l.meter, l.allocated, l.hours, l.cost, l.billing_currency,
         f.path as source_file, l.row_number as source_row
  from line l
  left join ledger.machine m on m.machine_number = l.machine_number
  left join normalise.source_file f on f.file_id = l.file_id
)
select * from final
order by source_file, source_row
