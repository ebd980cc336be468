-- What the 500 MB a machine and day that Plan 2 adds are worth in the period, per currency of the bill: gigabytes that the
-- allowance took (zero-cost lines of the export, meter "Data Included per Node") × the price of a gigabyte. The price is
-- the user's own (offer log-data), else what the bill shows for gigabytes paid by use (cost ÷ gigabytes).
-- Workspaces on the legacy Per Node tier book that tier's own allowance on the same meter: their gigabytes are in
-- value_high only. value_low = value_high where there are none. Unknown with the reason when the export has no such line
-- (none was taken, or the export leaves zero-cost lines out: the two cannot be told apart) or no price is known.
-- Sources: Microsoft Learn, data ingestion benefit (2026-05-25) and Azure Monitor cost and usage (2023-11-13).
-- grain: one row per currency of the charges
-- key: billing_currency
with currency as (
  select distinct billing_currency from ledger.charge where billing_currency is not null
  union
  select billing_currency from licensing.log_use where role = 'benefit' and billing_currency is not null
),
per_node as (
  select distinct workspace from licensing.log_use where role = 'per_node' and workspace is not null
),
taken as (
  select l.billing_currency, sum(l.lines) as lines, sum(l.unknown_lines) as unknown_lines, amount(sum(l.gigabytes)) as gigabytes,
         amount(sum(case when n.workspace is null then l.gigabytes else amount(0) end)) as certain_gigabytes,
         count(distinct l.workspace) as workspaces, min(l.first_day) as first_day, max(l.last_day) as last_day, min(l.file_id) as file_id
  from licensing.log_use l
  left join per_node n on n.workspace = l.workspace
  where l.role = 'benefit'
  group by l.billing_currency
),
paid as (
  select billing_currency, amount(sum(paid_gigabytes)) as gigabytes, amount(sum(paid_cost)) as cost
  from licensing.log_use
  where role = 'ingestion' and paid_gigabytes is not null
  group by billing_currency
),
priced as (
  select c.billing_currency, t.lines, t.unknown_lines, t.gigabytes, t.certain_gigabytes, t.workspaces, t.first_day, t.last_day, t.file_id,
         coalesce(o.price, case when p.gigabytes > 0 and p.cost > 0 then amount_ratio(p.cost, p.gigabytes) end) as price,
         case when o.price is not null then o.price_origin when p.gigabytes > 0 and p.cost > 0 then 'bill' end as price_origin
  from currency c
  left join taken t on t.billing_currency = c.billing_currency
  left join paid p on p.billing_currency = c.billing_currency
  left join licensing.offer o on o.offer_id = 'log-data' and o.currency = c.billing_currency
),
judged as (
  select *,
         case when lines is null then 'the cost export has no line of the benefit: no data was taken by it, or the export leaves lines without a cost out'
              when unknown_lines > 0 then 'lines of the benefit do not say how many gigabytes'
              when price is null then 'no price of a gigabyte is known: the bill has none paid by use; give yours as offer log-data in hourwise.yaml' end as reason
  from priced
),
final as (
  select billing_currency, gigabytes, certain_gigabytes, price, price_origin,
         case when reason is null then amount_product(certain_gigabytes, price) end as value_low,
         case when reason is null then amount_product(gigabytes, price) end as value_high,
         reason, cast(workspaces as bigint) as workspaces, first_day, last_day, file_id
  from judged
)
select * from final
