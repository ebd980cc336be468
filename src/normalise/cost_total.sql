-- What each cost file adds up to per currency, foreign lines included. Superseded files are left out.
-- grain: one row per file, dataset and currency
-- key: file_id, dataset, billing_currency
with day as (
  select d.*, f.dataset, upper(trim(d.billing_currency)) as currency, export_day(d.charge_date) as charge_day
  from raw.cost_day d
  join raw.cost_input f on f.file_id = d.file_id
),
final as (
  select file_id, dataset, currency as billing_currency, cast(sum(line_count) as bigint) as line_count,
         case when dataset = 'amortized' then cast(null as decimal(38, 24)) else amount(sum(cost)) end as billed_cost,
         case when dataset = 'amortized' then amount(sum(cost)) when dataset = 'focus' then amount(sum(effective_cost)) end as effective_cost,
         min(charge_day) as first_day, max(charge_day) as last_day
  from day
  group by file_id, dataset, currency
)
select * from final
