-- How long new machines were without a healthy sensor: the distribution by subscription, in steps of the service's own
-- delays (a refresh of four hours, twelve for a tenant's first subscription, a day of grace). median: of two in the
-- middle the shorter.
-- grain: one row per subscription and state
-- key: subscription_name, state
with machine as (
  select coalesce(subscription_name, subscription_id, 'not known') as subscription_name, at_most_seconds,
         case when state = 'on_time' and at_most_seconds <= 14400 then 'within_4_hours'
              when state = 'on_time' and at_most_seconds <= 43200 then 'within_12_hours' else state end as state
  from integration.provisioning
),
ranked as (
  select *, row_number() over (partition by subscription_name, state order by at_most_seconds) as place,
         count(*) over (partition by subscription_name, state) as machines
  from machine
),
final as (
  select subscription_name, state, cast(count(*) as integer) as machines, hours_of_seconds(min(at_most_seconds)) as shortest_hours,
         hours_of_seconds(max(case when place * 2 = machines or place * 2 = machines + 1 then at_most_seconds end)) as median_hours,
         hours_of_seconds(max(at_most_seconds)) as longest_hours
  from ranked
  group by subscription_name, state
)
select * from final
order by subscription_name,
         case state when 'within_4_hours' then 1 when 'within_12_hours' then 2 when 'on_time' then 3 when 'late' then 4 when 'never' then 5 when 'in_grace' then 6 else 7 end
