-- What the machine is charged, line by line, each with the file and row it stands on. A share of a subscription's line is
-- `allocated`: hours and cost are the machine's part, file and row those of the first of the lines it is a part of.
-- grain: one row per line of the machine, and per day, plan, currency and kind of meter of its shares
-- key: day, source_file, source_row, plan, meter
with own as (
  select c.day, c.plan, c.meter, false as allocated, c.hours, c.cost, c.billing_currency, f.path as source_file, c.row_number as source_row, 1 as lines
  from ledger.charge c
  join config.explained e on e.machine_number = c.machine_number
  left join normalise.source_file f on f.file_id = c.file_id
  where c.grain = 'machine'
),
share as (
  select s.*
  from ledger.machine_charge s
  join config.explained e on e.machine_number = s.machine_number
  where s.allocated
),
subscription_line as (
  select c.subscription_id, c.day, c.plan, c.billing_currency, c.meter, f.path as source_file, c.row_number,
         row_number() over (partition by c.subscription_id, c.day, c.plan, c.billing_currency, case when c.meter = 'standard' then 0 else 1 end
                            order by f.path, c.row_number) as line_number,
         count(*) over (partition by c.subscription_id, c.day, c.plan, c.billing_currency, case when c.meter = 'standard' then 0 else 1 end) as lines
  from ledger.charge c
  left join normalise.source_file f on f.file_id = c.file_id
  where c.grain = 'subscription'
),
shared as (
  select s.day, s.charged_plan as plan, l.meter, true as allocated, s.hours, s.cost, s.billing_currency, l.source_file, l.row_number as source_row,
         cast(l.lines as integer) as lines
  from share s
  left join subscription_line l
    on l.subscription_id = s.subscription_id and l.day = s.day and l.line_number = 1 and l.billing_currency = s.billing_currency
   and coalesce(l.plan, '') = coalesce(s.charged_plan, '') and (case when l.meter = 'standard' then false else true end) = s.is_free
),
final as (
  select * from own union all select * from shared
)
select * from final
order by day, source_file, source_row, plan, meter
