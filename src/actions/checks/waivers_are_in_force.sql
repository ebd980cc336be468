-- severity: warning
-- A waiver that ended before the period's last day waives nothing any more: renew it, or do what it put off.
with final as (
  select w.scope as subject, 'the waiver has expired: its actions are in the list again' as message,
         'expired ' || cast(w.expires_day as varchar) || ', by ' || w.author || ': ' || w.reason as evidence
  from config.waiver w
  cross join config.period p
  where w.expires_day < day_of(p.until_at - 1)
)
select * from final
