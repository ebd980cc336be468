-- A print of the lines of one file (`cost_file`) per subscription and day, whatever their order.
-- grain: one row per file, subscription and day
-- key: file_id, subscription, day
with line as (
  select file_id, coalesce(lower(nullif(regexp_extract(subscription_id, '([^/]+)/?$', 1), '')), '') as subscription,
         export_day(charge_date) as day,
         text_hash(concat_ws('|', coalesce(product_name, ''), coalesce(meter_name, ''), coalesce(meter_id, ''), coalesce(lower(resource_id), ''),
                             coalesce(quantity, ''), coalesce(cost, ''), coalesce(effective_cost, ''), coalesce(billing_currency, ''),
                             coalesce(charge_category, ''), coalesce(pricing_model, ''), coalesce(tags, ''), coalesce(additional_info, ''))) as print
  from cost_file
),
final as (
  select file_id, subscription, day, count(*) as line_count, sum(print) as print
  from line
  group by file_id, subscription, day
)
select * from final
