-- severity: info
-- A waiver in force that fits no action of the period: its scope is misspelt, or what it put off is done.
with final as (
  select w.scope as subject, 'the waiver fits no action of this period' as message,
         coalesce(w.action, 'any action') || ', until ' || cast(w.expires_day as varchar) || ', by ' || w.author as evidence
  from config.waiver w
  cross join config.period p
  where w.expires_day >= day_of(p.until_at - 1)
    and not exists (
      select 1 from actions.claim c
      left join ledger.machine m on m.machine_number = c.machine_number
      where c.status = 'waived' and (w.action is null or w.action = c.kind)
        and (begins_with(m.resource_id || '/', w.scope || '/') or begins_with('/subscriptions/' || c.subscription_id || '/', w.scope || '/')))
)
select * from final
