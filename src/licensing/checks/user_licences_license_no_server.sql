-- severity: broken
-- A user licence never licenses a server: it is permitted for client systems only, whatever an offer says.
with final as (
  select o.name || ', ' || o.billing_currency as subject, 'a user licence is permitted for servers' as message, cast(o.machines as varchar) || ' servers' as evidence
  from licensing.user_option o
  where o.permitted and o.counted <> 'clients'
  union all
  select coalesce(f.name, b.offer_id), 'the best mix puts servers on a user licence', cast(count(*) as varchar) || ' machines'
  from licensing.best_mix b
  join licensing.offer f on f.offer_id = b.offer_id and f.currency = b.billing_currency
  where f.route = 'user'
  group by coalesce(f.name, b.offer_id)
)
select * from final
