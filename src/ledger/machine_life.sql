-- When a machine lived, as far as the data tells, and who knows of it. life_from_at / life_until_at are unbounded (0 and
-- 253402300800) where nothing tells: created by its own word or its first `write`; ended by a `delete` that nothing later
-- contradicts, by the next owner of its id, by its last bill line when only the bill knows it, or, when the newest
-- inventory no longer lists it, at the end of the day of its last trace.
-- grain: one row per machine with an ARM id
-- key: machine_number
with record_span as (
  select machine_number, min(created_at) as created_at, min(snapshot_at) as first_at, max(snapshot_at) as last_at
  from ledger.machine_listing group by machine_number
),
listing_stamp as (
  select kind, subscription_id, snapshot_at,
         lag(snapshot_at) over (partition by kind, subscription_id order by snapshot_at) as earlier_at
  from (select distinct kind, subscription_id, snapshot_at from normalise.machine_record) r
),
newest_listing as (
  -- pages of one listing may carry stamps up to ten minutes apart: its first stamp counts
  select kind, subscription_id, max(snapshot_at) as newest_at
  from listing_stamp
  where earlier_at is null or snapshot_at - earlier_at > 600
  group by kind, subscription_id
),
billed as (
  select i.machine_number, s.first_at, s.last_at
  from ledger.machine_source s
  join ledger.machine_identity i on i.resource_id = s.resource_id and i.from_at = 0 and i.until_at = 253402300800
  where s.source = 'bill'
  union all
  -- an id that changed hands: each day's lines speak of the owner at the day's end
  select i.machine_number, day_at(l.charge_day) as first_at, day_at(l.charge_day) + 86399 as last_at
  from ledger.machine_identity i
  join ledger.billed_wording w on w.resource_id = i.resource_id
  join normalise.cost_charge l
    on l.line_class = w.line_class and l.resource_key = w.resource_key and i.from_at <= day_at(l.charge_day) + 86399 and day_at(l.charge_day) + 86399 < i.until_at
  where i.from_at > 0 or i.until_at < 253402300800
),
bill_span as (
  select machine_number, min(first_at) as first_at, max(last_at) as last_at from billed group by machine_number
),
event_span as (
  select machine_number, min(event_at) as first_at, max(event_at) as last_at,
         max(case when operation = 'delete' then event_at end) as deleted_at,
         max(case when operation <> 'delete' then event_at end) as last_other_at,
         min(case when operation = 'write' then event_at end) as written_at
  from ledger.power_event group by machine_number
),
identity_span as (
  select machine_number, count(*) as ids, max(until_at) as until_at from ledger.machine_identity group by machine_number
),
endpoint as (
  select distinct machine_number from ledger.endpoint_match where status = 'matched'
),
known as (
  select s.machine_number, coalesce(q.created_at, e.written_at) as created_at,
         e.deleted_at, e.last_other_at, q.first_at as first_listed_at, q.last_at as last_listed_at, l.newest_at,
         b.first_at as first_billed_at, b.last_at as last_billed_at, e.last_at as last_event_at, s.ids, s.until_at as identity_until_at,
         case when q.machine_number is null and e.machine_number is null and d.machine_number is null and b.machine_number is not null then true else false end as only_billed,
         case when q.machine_number is not null then true else false end as known_to_inventory,
         case when b.machine_number is not null then true else false end as known_to_bill,
         case when d.machine_number is not null then true else false end as known_to_endpoint
  from identity_span s
  left join record_span q on q.machine_number = s.machine_number
  left join ledger.latest_listing z on z.machine_number = s.machine_number
  left join newest_listing l on l.kind = z.kind and l.subscription_id = z.subscription_id
  left join bill_span b on b.machine_number = s.machine_number
  left join event_span e on e.machine_number = s.machine_number
  left join endpoint d on d.machine_number = s.machine_number
),
final as (
  select machine_number, created_at, known_to_inventory, known_to_bill, known_to_endpoint,
         case when created_at is not null then created_at when only_billed then first_billed_at else 0 end as life_from_at,
         least(
           case when deleted_at is not null
                     and coalesce(last_other_at, 0) <= deleted_at and coalesce(last_listed_at, 0) <= deleted_at
                     and coalesce(last_billed_at, 0) < day_at(next_day(day_of(deleted_at))) then deleted_at else 253402300800 end,
           case when ids = 1 then identity_until_at else 253402300800 end,
           case when only_billed then last_billed_at + 1 else 253402300800 end,
           case when last_listed_at < newest_at
                then day_at(next_day(day_of(greatest(last_listed_at, coalesce(last_billed_at, 0), coalesce(last_event_at, 0)))))
                else 253402300800 end) as life_until_at
  from known
)
select * from final
