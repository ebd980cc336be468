-- severity: info
-- A comparison rests on a list price that no public source confirms: give your own under offers in hourwise.yaml.
with final as (
  select o.name || ', ' || o.currency as subject, 'the price is a guess: give your own under offers in hourwise.yaml' as message,
         amount_text(o.price) || ' ' || o.currency || coalesce('; ' || o.note, '') as evidence
  from licensing.offer o
  join (select distinct billing_currency from licensing.machine_hours) c on c.billing_currency = o.currency
  where o.confidence = 'D' and o.price is not null
)
select * from final
