-- Cost and machines by owner and class of use, per currency: the ten largest owners, the rest together. Owner: the tag;
-- label NULL where no tag names one.
-- grain: one row per currency, owner and class
-- key: billing_currency, position, class
with spent as (
  select billing_currency, machine_number,
         case bucket when 'protected' then 'protected' when 'paid_unprotected' then 'unprotected' when 'paid_not_applicable' then 'not_applicable'
                     when 'paid_stopped' then 'idle' when 'billed_while_off' then 'idle' else 'not_known' end as class,
         amount(sum(cost)) as cost
  from ledger.machine_total
  where billing_currency is not null
  group by 1, 2, 3
),
charged as (
  select s.*, m.owner
  from spent s
  left join ledger.machine m on m.machine_number = s.machine_number
),
owner as (
  select billing_currency, owner, amount(sum(cost)) as cost,
         row_number() over (partition by billing_currency order by case when owner is null then 1 else 0 end, sum(cost) desc, owner) as position
  from charged
  group by billing_currency, owner
),
placed as (
  select c.*, case when c.owner is null then 12 when o.position <= 10 then o.position else 11 end as position
  from charged c
  join owner o on o.billing_currency = c.billing_currency and o.owner is not distinct from c.owner
),
final as (
  select billing_currency, cast(position as integer) as position, case when position <= 10 then owner end as label, class,
         cast(count(distinct machine_number) as integer) as machines, cast(count(distinct owner) as integer) as owners, amount(sum(cost)) as cost
  from placed
  group by billing_currency, position, case when position <= 10 then owner end, class
)
select * from final order by billing_currency, position, class
