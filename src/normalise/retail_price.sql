-- List prices for consumption, first tier, as the price service publishes them.
-- grain: one row per price record
-- key: none, repeats are kept
with record as (
  select * from raw.retail_price
  where (price_type is null or lower(price_type) = 'consumption') and coalesce(try_cast(tier_minimum as decimal(38, 24)), 0) = 0
),
final as (
  select file_id, product_name, meter_name, lower(meter_id) as meter_id, lower(region) as region, upper(currency) as currency,
         try_cast(unit_price as decimal(38, 24)) as unit_price, unit_of_measure, day_of(stamp_at(effective)) as effective_from_day
  from record
)
select * from final
