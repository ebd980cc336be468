-- severity: broken
-- No action saves more than was paid for what it claims: 0 ≤ low ≤ base ≤ high ≤ cost, and 0 where a refund outweighs it.
with final as (
  select c.kind as subject, 'an action saves more than was paid' as message,
         amount_text(c.low) || ' ≤ ' || amount_text(c.base) || ' ≤ ' || amount_text(c.high) || ' of ' || amount_text(c.cost) || ' ' || coalesce(c.billing_currency, '') as evidence
  from actions.claim c
  join actions.kind k on k.kind = c.kind
  where k.basis = 'bill' and (c.low < 0 or c.low > c.base or c.base > c.high or c.high > greatest(c.cost, amount(0)))
)
select * from final
