-- What each way of licensing costs, per currency of the bill, on the last day of the period. The user's own price wins
-- (same offer and currency). Hourly plans otherwise cost what the bill shows (cost ÷ hours of its standard charges), else
-- what the folder's retail price page says, else the bundled list price; all others the bundled list price. A price in
-- another currency is never converted: it is unknown, with the reason.
-- price_origin: override | bill | retail | list | NULL
-- grain: one row per offer and currency
-- key: offer_id, currency, valid_from
with last_day as (
  select from_day, day_of(until_at - 1) as day from config.period
),
given as (
  select o.*, row_number() over (partition by o.offer_id, o.currency order by o.valid_from desc nulls last) as choice
  from config.offer_override o
  cross join last_day d
  where coalesce(o.valid_from, d.day) <= d.day and coalesce(o.valid_until, d.day) >= d.day
),
listed as (
  select o.*, row_number() over (partition by o.offer_id, o.currency order by o.valid_from desc nulls last) as choice
  from licensing.bundled_offer o
  cross join last_day d
  where coalesce(o.valid_from, d.day) <= d.day and coalesce(o.valid_until, d.day) >= d.day
),
bundled as (
  select *, row_number() over (partition by offer_id order by valid_from desc nulls last, currency) as newest from listed where choice = 1
),
wanted as (
  select b.offer_id, c.billing_currency as currency
  from bundled b
  cross join (select distinct billing_currency from ledger.charge where billing_currency is not null) c
  where b.newest = 1
  union
  select offer_id, currency from bundled
  union
  select offer_id, currency from given
),
retail_line as (
  select r.currency, lower(r.meter_name) as meter_name, r.region, r.effective_from_day,
         units_amount(integer_quotient(amount_units(r.unit_price), unit_block(r.unit_of_measure))) as price,
         row_number() over (partition by r.currency, lower(r.meter_name), r.region order by r.effective_from_day desc, r.unit_price) as newest
  from normalise.retail_price r
  cross join last_day d
  where lower(r.product_name) = 'microsoft defender for servers' and lower(r.meter_name) in ('standard p1 node', 'standard p2 node')
    and r.unit_price > 0 and coalesce(r.effective_from_day, d.day) <= d.day
    and coalesce(r.region, '') not like '%gov%' and coalesce(r.region, '') not like 'usdod%' and coalesce(r.region, '') not like 'china%'
),
retail as (
  select currency, case meter_name when 'standard p1 node' then 'p1' else 'p2' end as plan,
         max(effective_from_day) as effective_from_day, max(price) as price, count(distinct price) as prices
  from retail_line
  where newest = 1
  group by currency, meter_name
),
joined as (
  select w.offer_id, w.currency, coalesce(g.name, b.name) as name, coalesce(g.route, b.route) as route, coalesce(g.plan, b.plan) as plan,
         coalesce(g.unit, b.unit) as unit, coalesce(g.covers, b.covers) as covers,
         coalesce(g.devices_per_user, b.devices_per_user) as devices_per_user,
         coalesce(g.minimum_quantity, b.minimum_quantity) as minimum_quantity, coalesce(g.maximum_quantity, b.maximum_quantity) as maximum_quantity,
         coalesce(g.prerequisite, b.prerequisite) as prerequisite, b.endpoint_plan, coalesce(g.gives, b.gives) as gives,
         coalesce(g.does_not_give, b.does_not_give) as does_not_give, coalesce(g.term_months, b.term_months) as term_months, coalesce(g.reversible, b.reversible) as reversible,
         case when g.offer_id is not null then true else false end as is_given,
         g.price as given_price, g.valid_from as given_from, g.valid_until as given_until, g.source_url as given_url, g.source_day as given_day, g.note as given_note,
         h.hourly_cost as bill_price,
         case when r.prices = 1 then r.price end as retail_price, coalesce(r.prices, 0) as retail_prices, r.effective_from_day as retail_from,
         l.price as list_price, l.valid_from as list_from, l.valid_until as list_until, l.source_url as list_url, l.source_day as list_day,
         l.confidence as list_confidence, l.note as list_note, b.currency as listed_currency, d.from_day, d.day as until_day
  from wanted w
  cross join last_day d
  left join given g on g.offer_id = w.offer_id and g.currency = w.currency and g.choice = 1
  left join bundled b on b.offer_id = w.offer_id and b.newest = 1
  left join listed l on l.offer_id = w.offer_id and l.currency = w.currency and l.choice = 1
  left join ledger.cost_per_hour h
    on coalesce(g.route, b.route) = 'hourly' and h.plan = coalesce(g.plan, b.plan) and h.billing_currency = w.currency and h.hourly_cost > 0
  left join retail r on coalesce(g.route, b.route) = 'hourly' and r.plan = coalesce(g.plan, b.plan) and r.currency = w.currency
),
chosen as (
  select *,
         case when is_given then case when given_price is not null then 'override' end
              when bill_price is not null then 'bill'
              when retail_price is not null then 'retail'
              when list_price is not null then 'list' end as price_origin
  from joined
),
final as (
  select offer_id, coalesce(name, offer_id) as name, route, plan,
         amount(case price_origin when 'override' then given_price when 'bill' then bill_price when 'retail' then retail_price when 'list' then list_price end) as price,
         currency, unit,
         case when is_given then given_from when price_origin = 'bill' then from_day when price_origin = 'retail' then retail_from else list_from end as valid_from,
         case when is_given then given_until when price_origin = 'bill' then until_day when price_origin = 'list' then list_until end as valid_until,
         case when is_given then given_url when price_origin = 'retail' then 'https://prices.azure.com/api/retail/prices' when price_origin = 'list' then list_url end as source_url,
         case when is_given then given_day when price_origin = 'list' then list_day end as source_day,
         case when is_given then null when price_origin in ('bill', 'retail') then 'A' when price_origin = 'list' then list_confidence end as confidence,
         covers, devices_per_user, minimum_quantity, maximum_quantity, prerequisite, endpoint_plan, gives, does_not_give, term_months, reversible,
         case when is_given then given_note
              when price_origin = 'bill' then 'what the bill of the period shows: cost divided by hours'
              when price_origin = 'retail' then 'from the retail price page in the folder'
              else list_note end as note,
         price_origin,
         case when price_origin is not null then null
              when is_given then 'your offers give no price for it'
              when route = 'hourly' and retail_prices > 1 then 'the bill has no hour of this plan in ' || currency || ', and the retail price page has several prices'
              when route = 'hourly' then 'the bill has no hour of this plan in ' || currency || ', and no retail price page in ' || currency || ' is in the folder'
              when listed_currency = currency then 'no public list price is known: give yours under offers in hourwise.yaml'
              else 'no list price in ' || currency || ' is known: give yours under offers in hourwise.yaml' end as reason
  from chosen
)
select * from final
