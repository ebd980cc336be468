-- Who does what: the actions themselves, what is in question first; ten per currency, with the count of all. Actions beside
-- the bill (position NULL) and waived ones are all given.
-- grain: one row per action
-- key: action_key
with ranked as (
  select *,
         case when basis = 'bill' and status = 'open' then row_number() over (partition by billing_currency, basis, status order by stake desc, action_key) end as position,
         count(*) over (partition by billing_currency, basis, status) as rows_in_all
  from actions.action
),
final as (
  select action_key, kind, basis, status, cast(position as integer) as position, cast(rows_in_all as integer) as rows_in_all, billing_currency,
         owner, coalesce(subscription_name, subscription_id) as subscription_name, machines, waived_machines, cost, waived_cost, stake, low, base, high, added_cost, detail,
         waiver_author, waiver_reason, waiver_expires_day
  from ranked
  where position <= 10 or position is null or waived_machines > 0
)
select * from final order by billing_currency nulls last, status, basis, position nulls last, action_key
