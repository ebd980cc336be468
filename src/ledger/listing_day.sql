-- Which listing is the first at or after a moment, by the UTC day of the moment: the stretches that end with a listing,
-- cut at midnight. The moment after the last listing has one of its own, with the number after the last.
-- grain: one row per listing and day on which it is the next one
-- key: listing, day
with stretch as (
  select listing, coalesce(earlier_at + 1, as_of_at) as from_at, as_of_at + 1 as until_at from ledger.listing
  union all
  select max(listing) + 1, max(as_of_at) + 1, max(as_of_at) + 2 from ledger.listing having count(*) > 0
),
final as (
  select listing, unnest(days_between(day_of(from_at), day_of(until_at - 1))) as day, from_at, until_at from stretch
)
select * from final
