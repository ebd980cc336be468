-- severity: warning
-- A price of the user's own counts nowhere: its currency is not on the bill, or it does not hold at the end of the period.
with billed as (
  select distinct billing_currency from ledger.charge where billing_currency is not null
),
last_day as (
  select day_of(until_at - 1) as day from config.period
),
final as (
  select o.offer_id || ', ' || o.currency as subject,
         case when b.billing_currency is null then 'your price is in a currency that the bill does not have: it counts nowhere'
              else 'your price does not hold on the last day of the period: it counts nowhere' end as message,
         coalesce(amount_text(o.price), 'no price') || ' ' || o.currency || coalesce(', from ' || cast(o.valid_from as varchar), '') || coalesce(' until ' || cast(o.valid_until as varchar), '') as evidence
  from config.offer_override o
  cross join last_day d
  left join billed b on b.billing_currency = o.currency
  where b.billing_currency is null
     or (not (coalesce(o.valid_from, d.day) <= d.day and coalesce(o.valid_until, d.day) >= d.day)
         and not exists (select 1 from config.offer_override x where x.offer_id = o.offer_id and x.currency = o.currency
                           and coalesce(x.valid_from, d.day) <= d.day and coalesce(x.valid_until, d.day) >= d.day))
)
select * from final
