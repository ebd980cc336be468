-- severity: warning
-- Exports of several scopes are taken at different times: where one ends earlier, its subscriptions lack days that the
-- others have, and their totals are not comparable. Days without a line of any kind count, not only those of Defender.
with file as (
  -- parts of one export share a name but for numbers, and none of them need have every day
  select f.file_id, file_family(f.path) as family, max(t.last_day) as last_day
  from normalise.cost_total t
  join normalise.source_file f on f.file_id = t.file_id
  where f.superseded_by is null and t.last_day is not null
  group by f.file_id, file_family(f.path)
),
family as (
  select family, max(last_day) as last_day from file group by family
),
scope as (
  select l.subscription_id, max(y.last_day) as last_day
  from (select distinct file_id, subscription_id from normalise.cost_line where subscription_id is not null) l
  join file f on f.file_id = l.file_id
  join family y on y.family = f.family
  group by l.subscription_id
),
newest as (
  select least(max(y.last_day), max(day_of(p.until_at - 1))) as last_day from family y cross join config.period p
),
final as (
  select s.subscription_id as subject, 'its cost data ends before that of other subscriptions: totals of the period do not compare' as message,
         'ends on ' || cast(s.last_day as varchar) || ', others on ' || cast(n.last_day as varchar) as evidence
  from scope s
  cross join newest n
  cross join config.period p
  where s.last_day < n.last_day and s.last_day >= p.from_day
)
select * from final
