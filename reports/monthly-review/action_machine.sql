-- The machines behind the actions, the largest money first; 25 per currency, with the count of all.
-- grain: one row per currency, action and machine
-- key: billing_currency, position
with charged as (
  select billing_currency, machine_id, evidence, allocated, billed_hours, cost,
         case when bucket = 'paid_unprotected' and issue = 'installation' then 'install_sensor'
              when bucket = 'paid_unprotected' then 'revive_sensor'
              when bucket = 'paid_stopped' then 'deallocate'
              when bucket = 'billed_while_off' then 'query_charge'
              when bucket = 'paid_not_applicable' then 'decide_exclusion'
              when bucket = 'paid_unverified' then 'verify_health'
              when bucket = 'power_unknown' then 'verify_power' end as action
  from ledger.ledger
  where billing_currency is not null and machine_id is not null and bucket not in ('protected', 'unattributed')
),
message as (
  select machine_id, max_by(message, from_at) as message from ledger.health where message is not null group by machine_id
),
grouped as (
  select billing_currency, action, machine_id, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost,
         min(case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as strongest,
         max(case evidence when 'observed' then 1 when 'inferred' then 2 when 'assumed' then 3 else 4 end) as weakest
  from charged
  group by billing_currency, action, machine_id
),
ranked as (
  select *, row_number() over (partition by billing_currency order by cost desc, machine_id, action) as position,
         count(*) over (partition by billing_currency) as rows_in_all
  from grouped
),
final as (
  select r.billing_currency, cast(r.position as integer) as position, cast(r.rows_in_all as integer) as rows_in_all, r.action, r.machine_id,
         coalesce(m.name, r.machine_id) as name, coalesce(m.subscription_name, m.subscription_id) as subscription_name, m.owner, m.managed_by, m.os_class,
         r.billed_hours, r.cost,
         case r.strongest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as strongest_evidence,
         case r.weakest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as weakest_evidence,
         case when r.action in ('install_sensor', 'revive_sensor') then x.message end as message
  from ranked r
  left join ledger.machine m on m.machine_id = r.machine_id
  left join message x on x.machine_id = r.machine_id
  where r.position <= 25
)
select * from final order by billing_currency, position
