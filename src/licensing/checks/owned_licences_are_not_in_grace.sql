-- severity: warning
-- Units in grace (warning) end soon and do not count as owned; suspended units license nothing.
with final as (
  select product as subject, 'licences are in grace or suspended and do not count as owned' as message,
         cast(warning_units as varchar) || ' in grace, ' || cast(suspended_units as varchar) || ' suspended, ' || cast(enabled_units as varchar) || ' owned' as evidence
  from licensing.entitlement
  where warning_units > 0 or suspended_units > 0
)
select * from final
