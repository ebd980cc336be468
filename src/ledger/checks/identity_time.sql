-- severity: broken
-- For every machine the seconds over the buckets are the seconds of its lifetime within the period.
with booked as (
  select machine_number, sum(seconds) as seconds from ledger.ledger where machine_number is not null group by machine_number
),
final as (
  select m.machine_id as subject, 'the seconds of the ledger are not the seconds of the machine''s lifetime' as message,
         'lifetime ' || cast(coalesce(m.alive_until_at - m.alive_from_at, 0) as varchar) || ' s, ledger ' || cast(coalesce(b.seconds, 0) as varchar) || ' s' as evidence
  from ledger.machine m
  left join booked b on b.machine_number = m.machine_number
  where coalesce(m.alive_until_at - m.alive_from_at, 0) <> coalesce(b.seconds, 0)
)
select * from final
