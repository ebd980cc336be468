-- severity: warning
-- Meters are renamed from time to time: a line of the Defender categories that no rule knows may be a charge for servers,
-- and its cost is outside every figure until it is placed.
with final as (
  select coalesce(u.meter_name, u.product_name, 'no meter name') as subject, 'no rule knows these Defender lines, their cost is in no figure' as message,
         cast(count(*) as varchar) || ' lines, ' || coalesce(amount_text(sum(u.cost)), 'unknown cost') || coalesce(' ' || u.billing_currency, '')
           || coalesce('; product ' || u.product_name, '') || '; first in ' || min(coalesce(f.path, cast(u.file_id as varchar)) || ' row ' || cast(u.row_number as varchar)) as evidence
  from ledger.unrecognised_defender_line u
  left join normalise.source_file f on f.file_id = u.file_id
  group by u.meter_name, u.product_name, u.billing_currency
)
select * from final
