-- severity: warning
-- A pin of hourwise.yaml fits no machine of the period: the tag or its value may be misspelt.
with final as (
  select p.tag || coalesce('=' || p.value, '') as subject, 'no machine has this tag: the pin keeps nothing on Plan 2' as message, 'pin ' || cast(p.pin as varchar) as evidence
  from config.pin p
  where not exists (
    select 1 from ledger.machine m
    where m.alive_from_at is not null and tag_value(m.tags, p.tag) is not null and (p.value is null or lower(tag_value(m.tags, p.tag)) = lower(p.value))
  )
)
select * from final
