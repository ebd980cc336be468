-- severity: info
-- On days without a device listing sensor health is carried from the days around: inferred up to a day apart, assumed
-- beyond.
with covered as (
  select count(distinct day_of(s.as_of_at - 1)) as days
  from ledger.endpoint_snapshot s
  join config.period p on s.as_of_at > p.from_at and s.as_of_at <= p.until_at
),
listing as (
  select count(distinct as_of_at) as listings from ledger.endpoint_snapshot
),
final as (
  select 'Defender for Endpoint' as subject, 'device listings do not cover every day of the period' as message,
         cast(c.days as varchar) || ' of ' || cast(integer_quotient(p.until_at - p.from_at, 86400) as varchar) || ' days' as evidence
  from covered c
  cross join listing l
  cross join config.period p
  where l.listings > 1 and c.days < integer_quotient(p.until_at - p.from_at, 86400)
)
select * from final
