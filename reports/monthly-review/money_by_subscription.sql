-- Cost by subscription and class of use, per currency: the twelve largest subscriptions, the rest together.
-- grain: one row per currency, subscription and class
-- key: billing_currency, position, class
with charged as (
  select billing_currency, subscription_id, machine_number,
         case bucket when 'protected' then 'protected' when 'paid_unprotected' then 'unprotected' when 'paid_not_applicable' then 'not_applicable'
                     when 'paid_stopped' then 'idle' when 'billed_while_off' then 'idle' else 'not_known' end as class,
         amount(sum(cost)) as cost
  from ledger.machine_total
  where billing_currency is not null
  group by 1, 2, 3, 4
),
subscription as (
  select billing_currency, subscription_id, amount(sum(cost)) as cost,
         row_number() over (partition by billing_currency order by sum(cost) desc, subscription_id) as position
  from charged
  group by billing_currency, subscription_id
),
named as (
  select subscription_id, max(subscription_name) as name from ledger.machine where subscription_id is not null group by subscription_id
),
listed as (
  select subscription_id, max(name) as name from normalise.subscription group by subscription_id
),
billed_name as (
  select subscription_id, max(subscription_name) as name from normalise.cost_line
  where line_class = 'defender' and subscription_id is not null group by subscription_id
),
labelled as (
  select s.*, coalesce(n.name, l.name, b.name, s.subscription_id, 'no subscription') as name
  from subscription s
  left join named n on n.subscription_id = s.subscription_id
  left join listed l on l.subscription_id = s.subscription_id
  left join billed_name b on b.subscription_id = s.subscription_id
),
distinct_name as (
  select *,
         case when count(*) over (partition by billing_currency, name) > 1 then name || ' (' || substr(coalesce(subscription_id, '-'), 1, 8) || ')' else name end as label
  from labelled
),
placed as (
  select c.*, case when d.position <= 12 then d.position else 13 end as position, case when d.position <= 12 then d.label end as label
  from charged c
  join distinct_name d on d.billing_currency = c.billing_currency and d.subscription_id is not distinct from c.subscription_id
),
whole as (
  select billing_currency, position, amount(sum(cost)) as cost from placed group by billing_currency, position
),
final as (
  select p.billing_currency, cast(p.position as integer) as position, p.label, p.class,
         cast(count(distinct p.machine_number) as integer) as machines, cast(count(distinct p.subscription_id) as integer) as subscriptions,
         amount(sum(p.cost)) as cost, max(w.cost) as subscription_cost
  from placed p
  join whole w on w.billing_currency = p.billing_currency and w.position = p.position
  group by p.billing_currency, p.position, p.label, p.class
)
select * from final order by billing_currency, position, class
