-- The money of the coming year month by month, the bill as it goes on and the best mix: hours by their days, licences by the part
-- of each month that they are paid for. Licences that are paid already cost nothing here; those bought and idle later do, and those renewed for a later need.
-- The months of a currency add up to the year of scenario_year, to the last digit.
-- grain: one row per currency whose best mix is known, and month
-- key: billing_currency, month
with chosen as (
  select p.*
  from licensing.mix_part p
  join licensing.mix_total t
    on t.span = p.span and t.estimate = p.estimate and t.counting = p.counting and t.billing_currency = p.billing_currency and t.combination = p.combination
  where p.span = 'year' and p.estimate = 'base' and p.counting = 'shared' and t.cost is not null
),
hourly as (
  select c.billing_currency, m.month,
         sum(integer_quotient(amount_units(c.cost) * (m.days_before + m.days), m.phase_days) - integer_quotient(amount_units(c.cost) * m.days_before, m.phase_days)) as units
  from chosen c
  join licensing.mix_month m on m.span = c.span and m.phase = c.phase
  where c.part <> 'licence'
  group by c.billing_currency, m.month
),
paid as (
  select c.phase, c.billing_currency, c.offer_id, c.kind, c.monthly_price,
         case c.kind when 'sunk' then 0 when 'minimum' then b.units
              when 'new' then max(c.places) over (partition by c.billing_currency, c.offer_id, c.kind, c.monthly_price order by c.phase rows unbounded preceding)
              else max(c.places) over (partition by c.billing_currency, c.offer_id, c.kind, c.monthly_price, c.renews_on order by c.phase desc rows unbounded preceding) end as places
  from chosen c
  join licensing.mix_block b
    on b.span = c.span and b.phase = c.phase and b.estimate = c.estimate and b.combination = c.combination and b.billing_currency = c.billing_currency
   and b.offer_id = c.offer_id and b.kind = c.kind and b.monthly_price = c.monthly_price
   and coalesce(b.renews_on, date '1970-01-01') = coalesce(c.renews_on, date '1970-01-01')
  where c.part = 'licence'
),
licence as (
  select p.billing_currency, m.month, sum(integer_quotient(amount_units(p.monthly_price) * m.days, m.days_in_month) * p.places) as units
  from paid p
  join licensing.mix_month m on m.span = 'year' and m.phase = p.phase
  group by p.billing_currency, m.month
),
year as (
  select billing_currency, year_cost from licensing.scenario_year where scenario = 'as_billed' and year_cost is not null
),
day_count as (
  select month, sum(days) as days, sum(sum(days)) over (order by month rows unbounded preceding) as days_until, sum(sum(days)) over () as year_days
  from licensing.mix_month
  where span = 'year'
  group by month
),
final as (
  select h.billing_currency, h.month,
         units_amount(integer_quotient(amount_units(y.year_cost) * d.days_until, d.year_days) - integer_quotient(amount_units(y.year_cost) * (d.days_until - d.days), d.year_days)) as billed_cost,
         units_amount(h.units) as mix_hourly_cost, units_amount(coalesce(l.units, 0)) as mix_licence_cost, units_amount(h.units + coalesce(l.units, 0)) as mix_cost
  from hourly h
  join day_count d on d.month = h.month
  join year y on y.billing_currency = h.billing_currency
  left join licence l on l.billing_currency = h.billing_currency and l.month = h.month
)
select * from final
