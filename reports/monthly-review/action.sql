-- What to do, by kind, what is in question first. Sums of low, base and high are the savings available: actions claim
-- money exclusively, so that the list adds up. Waived machines count in waived_cost only.
-- grain: one row per currency and kind of action on the bill
-- key: billing_currency, action
with grouped as (
  select billing_currency, kind as action, cast(sum(machines - waived_machines) as integer) as machines, cast(count(distinct owner) as integer) as owners, max(owner) as an_owner,
         amount(sum(billed_hours)) as billed_hours, amount(sum(cost)) as cost, amount(sum(proved_cost)) as proved_cost, amount(sum(stake)) as stake,
         amount(sum(low)) as low, amount(sum(base)) as base, amount(sum(high)) as high,
         min(case confidence when 'high' then 3 when 'medium' then 2 else 1 end) as least_sure, max(case confidence when 'high' then 3 when 'medium' then 2 else 1 end) as most_sure
  from actions.action
  where basis = 'bill' and status = 'open'
  group by billing_currency, kind
),
final as (
  select billing_currency, cast(row_number() over (partition by billing_currency order by stake desc, action) as integer) as position, action, machines, owners,
         case when owners = 1 then an_owner end as owner, billed_hours, cost, stake, amount(base * cast(12 as integer)) as base_per_year,
         case least_sure when 3 then 'high' when 2 then 'medium' else 'low' end as least_confidence,
         case most_sure when 3 then 'high' when 2 then 'medium' else 'low' end as most_confidence,
         amount(amount_ratio(proved_cost, cost) * 100) as proved_percent, low, base, high,
         amount(sum(low) over (partition by billing_currency)) as total_low, amount(sum(base) over (partition by billing_currency)) as total_base,
         amount(sum(high) over (partition by billing_currency)) as total_high, amount(sum(stake) over (partition by billing_currency)) as total_stake
  from grouped
)
select * from final order by billing_currency, position
