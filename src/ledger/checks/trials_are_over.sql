-- severity: info
-- A trial protects without cost for 30 days and cannot be extended: from its end the same hours are billed.
with setting as (
  select *, row_number() over (partition by subscription_id order by snapshot_at desc, file_id desc) as newest
  from normalise.plan_setting
  where scope_level = 'subscription' and plan_name = 'virtualmachines' and tier = 'standard' and trial_remaining_seconds > 0
),
trial as (
  select s.subscription_id, s.snapshot_at, s.trial_remaining_seconds, s.snapshot_at + s.trial_remaining_seconds as ends_at
  from setting s
  cross join config.period p
  where s.newest = 1 and s.snapshot_at + s.trial_remaining_seconds > p.from_at
),
trial_hours as (
  select subscription_id, amount(sum(hours)) as hours from ledger.charge where meter = 'trial' group by subscription_id
),
final as (
  select coalesce(t.subscription_id, h.subscription_id, 'unknown subscription') as subject,
         case when t.ends_at <= p.until_at then 'the trial ended on ' || cast(day_of(t.ends_at) as varchar) || ', since then the hours are billed'
              when t.ends_at is not null then 'the trial ends on ' || cast(day_of(t.ends_at) as varchar) || ', then the hours are billed'
              else 'hours are on the trial meter; when the trial ends is not known' end as message,
         coalesce(amount_text(h.hours) || ' h on the trial meter in the period', 'no line of the trial meter in the period')
           || coalesce('; ' || cast(integer_quotient(t.trial_remaining_seconds, 86400) as varchar) || ' days were left on ' || cast(day_of(t.snapshot_at) as varchar), '') as evidence
  from trial t
  full join trial_hours h on h.subscription_id = t.subscription_id
  cross join config.period p
)
select * from final
