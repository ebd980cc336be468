-- severity: info
-- A trial protects without cost for 30 days and cannot be extended: from its end the same hours are billed.
with setting as (
  select *, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where scope_level = 'subscription' and plan_name = 'virtualmachines'
),
trial_hours as (
  select subscription_id, amount(sum(hours)) as hours from ledger.charge where meter = 'trial' group by subscription_id
),
final as (
  select coalesce(s.subscription_id, h.subscription_id, 'unknown subscription') as subject,
         case when s.subscription_id is not null then 'the trial ends on ' || cast(day_of(s.snapshot_at + s.trial_remaining_seconds) as varchar) || ', then the hours are billed'
              else 'hours are on the trial meter; when the trial ends is not known' end as message,
         coalesce(amount_text(h.hours) || ' h on the trial meter in the period', 'no line of the trial meter in the period')
           || coalesce('; ' || cast(integer_quotient(s.trial_remaining_seconds, 86400) as varchar) || ' days were left on ' || cast(day_of(s.snapshot_at) as varchar), '') as evidence
  from (select * from setting where newest = 1 and tier = 'standard' and trial_remaining_seconds > 0) s
  full join trial_hours h on h.subscription_id = s.subscription_id
)
select * from final
