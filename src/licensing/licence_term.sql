-- Licences that are owned, by term: the entries of `licences` in hourwise.yaml with their renewal dates and negotiated
-- prices, laid on the units that Graph lists. Entries of one SKU add up; what no entry names is a row of its own (entry 0)
-- whose renewal date is not known. Where the entries name more units than Graph lists, the later terms get what is left.
-- owned_units: NULL when neither side says how many. renews_on: the first day of the next term after the period; a date
-- that has passed is carried forward by term_months. Until then the licences are sunk: paid, used or not. order_from_day to
-- order_until_day: when the agreement wants the order (agreement.csv).
-- price: of a unit and month; price_origin `licence` as agreed in the entry, else that of the offer in the only currency of the bill.
-- grain: one row per SKU and entry
-- key: sku_id, entry
with last_day as (
  select day_of(until_at - 1) as day from config.period
),
entry as (
  select * from licensing.configured_licence
),
fixed as (
  select *, sum(quantity) over (partition by sku_id order by coalesce(renews_on, date '9999-12-31'), entry rows unbounded preceding) - quantity as before,
         row_number() over (partition by sku_id order by entry) as nth
  from entry
  where quantity is not null
),
open_entry as (
  select *, row_number() over (partition by sku_id order by entry) as nth from entry where quantity is null
),
listed as (
  select sku_id, enabled_units, evidence from licensing.entitlement
),
laid as (
  select f.sku_id, f.entry, case when l.evidence = 'graph' then greatest(least(f.quantity, l.enabled_units - f.before), 0) else f.quantity end as owned_units
  from fixed f
  join listed l on l.sku_id = f.sku_id
),
taken as (
  select sku_id, sum(owned_units) as units from laid group by sku_id
),
placed as (
  select sku_id, entry, owned_units from laid
  union all
  select o.sku_id, o.entry, case when l.evidence <> 'graph' then null when o.nth = 1 then l.enabled_units - coalesce(t.units, 0) else 0 end
  from open_entry o
  join listed l on l.sku_id = o.sku_id
  left join taken t on t.sku_id = o.sku_id
  union all
  select l.sku_id, 0, l.enabled_units - coalesce(t.units, 0)
  from listed l
  left join taken t on t.sku_id = l.sku_id
  left join open_entry o on o.sku_id = l.sku_id and o.nth = 1
  where l.evidence = 'graph' and o.sku_id is null and (l.enabled_units > coalesce(t.units, 0) or t.sku_id is null)
),
term_number as (
  select integer_quotient(day_at(day), 86400) as terms from (select unnest(days_between(date '1970-01-01', date '1971-12-31')) as day) d
),
carried as (
  select e.sku_id, e.entry, min(months_later(e.renews_on, coalesce(e.term_months, 0) * t.terms)) as renews_on
  from entry e
  cross join term_number t
  cross join last_day d
  where e.renews_on is not null and months_later(e.renews_on, coalesce(e.term_months, 0) * t.terms) > d.day
  group by e.sku_id, e.entry
),
only_currency as (
  select min(billing_currency) as currency from ledger.charge where billing_currency is not null having count(distinct billing_currency) = 1
),
final as (
  select p.sku_id, cast(p.entry as integer) as entry, t.sku_part_number, t.product, t.covers, t.offer_id, cast(e.quantity as bigint) as stated_units,
         cast(p.owned_units as bigint) as owned_units, e.starts_on, c.renews_on, e.renews_on as stated_renews_on, e.term_months, e.agreement,
         days_later(c.renews_on, 0 - a.order_from_days_before) as order_from_day, days_later(c.renews_on, 0 - a.order_until_days_before) as order_until_day,
         coalesce(e.price, o.price) as price, case when e.price is not null then e.currency else o.currency end as currency,
         case when e.price is not null then 'licence' when o.price is not null then o.price_origin end as price_origin,
         case when e.price is null then o.confidence end as price_confidence,
         t.evidence, t.snapshot_at, t.file_id, e.note,
         case when p.owned_units is null then 'neither hourwise.yaml nor Graph says how many units' end as units_reason,
         case when c.renews_on is not null then null
              when e.renews_on is not null then 'the renewal date ' || cast(e.renews_on as varchar) || ' has passed: give the next one, or term_months'
              else 'no renewal date is given under licences in hourwise.yaml' end as renewal_reason
  from placed p
  join licensing.entitlement t on t.sku_id = p.sku_id
  left join entry e on e.sku_id = p.sku_id and e.entry = p.entry
  left join carried c on c.sku_id = p.sku_id and c.entry = p.entry
  left join licensing.agreement a on a.agreement = e.agreement
  left join only_currency k on 1 = 1
  left join licensing.offer o on o.offer_id = t.offer_id and o.currency = coalesce(e.currency, k.currency)
)
select * from final
