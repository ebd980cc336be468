-- The machines behind the actions, what is in question first; 25 per currency, with the count of all.
-- grain: one row per currency, action and machine
-- key: billing_currency, position
with open as (
  select a.*, k.basis from actions.action_machine a join actions.kind k on k.kind = a.kind
  where k.basis = 'bill' and a.status = 'open' and a.machine_number is not null
),
grouped as (
  select billing_currency, kind as action, machine_number, amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, amount(sum(stake)) as stake,
         min(strongest) as strongest, max(weakest) as weakest, max(detail) as detail
  from open
  group by billing_currency, kind, machine_number
),
ranked as (
  select *, row_number() over (partition by billing_currency order by stake desc, machine_number, action) as position,
         count(*) over (partition by billing_currency) as rows_in_all
  from grouped
),
final as (
  select r.billing_currency, cast(r.position as integer) as position, cast(r.rows_in_all as integer) as rows_in_all, r.action, r.machine_number,
         coalesce(m.name, m.machine_id) as name, coalesce(m.subscription_name, m.subscription_id) as subscription_name, m.owner,
         r.billed_hours, r.cost, r.stake,
         case r.strongest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as strongest_evidence,
         case r.weakest when 1 then 'observed' when 2 then 'inferred' when 3 then 'assumed' else 'none' end as weakest_evidence,
         r.detail as message
  from ranked r
  left join ledger.machine m on m.machine_number = r.machine_number
  where r.position <= 25
)
select * from final order by billing_currency, position
