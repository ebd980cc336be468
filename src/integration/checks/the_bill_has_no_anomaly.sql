-- severity: info
-- Hours, subscriptions and prices of the bill are as in the month before.
with final as (
  select subject, replace(kind, '_', ' ') || ': ' || cause as message,
         name || ', now ' || amount_text(value_now) || coalesce(', before ' || amount_text(value_then), '') as evidence
  from integration.anomaly
  where kind <> 'billed_while_off'
)
select * from final
