-- severity: warning
-- A renewal date in hourwise.yaml has passed and no term carries it forward: when the licences can be returned is not known.
with final as (
  select product as subject, renewal_reason as message, coalesce(cast(owned_units as varchar), 'unknown') || ' units, entry ' || cast(entry as varchar) as evidence
  from licensing.licence_term
  where stated_renews_on is not null and renews_on is null
)
select * from final
