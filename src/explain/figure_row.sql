-- The parts of the figure that is explained, largest first, with the lines of the bill behind each machine.
-- value: as the figure counts it. first_file, first_row: where the first of the machine's lines stands.
-- grain: one row per currency, machine and subscription
-- key: billing_currency, machine_id, subscription_id
with wanted as (
  select p.*
  from explain.figure_part p
  join config.explained_figure w on w.figure = p.figure and coalesce(w.billing_currency, coalesce(p.billing_currency, '')) = coalesce(p.billing_currency, '')
),
line as (
  select c.machine_number, case when c.machine_number is null then c.subscription_id end as subscription_id, c.billing_currency, f.path as source_file, c.row_number,
         row_number() over (partition by c.machine_number, case when c.machine_number is null then c.subscription_id end, c.billing_currency order by f.path, c.row_number) as line_number,
         count(*) over (partition by c.machine_number, case when c.machine_number is null then c.subscription_id end, c.billing_currency) as lines
  from ledger.charge c
  left join normalise.source_file f on f.file_id = c.file_id
  where c.grain = 'machine' or c.machine_number is null
),
final as (
  select w.billing_currency, m.machine_id, w.subscription_id, coalesce(m.name, m.machine_id, 'unknown machine of ' || coalesce(w.subscription_id, 'no subscription')) as name,
         case when w.amount is not null then w.amount when w.seconds <> 0 then hours_of_seconds(w.seconds) else amount(w.count) end as value,
         cast(coalesce(l.lines, 0) as integer) as lines, l.source_file as first_file, l.row_number as first_row
  from wanted w
  left join ledger.machine m on m.machine_number = w.machine_number
  left join line l
    on l.line_number = 1 and coalesce(l.machine_number, 0) = coalesce(w.machine_number, 0) and coalesce(l.subscription_id, '') = coalesce(w.subscription_id, '')
   and l.billing_currency = w.billing_currency
)
select * from final
order by billing_currency nulls first, abs(value) desc, machine_id nulls last, subscription_id
