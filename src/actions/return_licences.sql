-- Server licences beyond what anybody needs: owned, less servers protected without a charge, servers on the benefit's
-- meter, and servers that could claim the benefit. The money is the licences' own monthly price, not the Azure bill's; an
-- unknown price makes an unknown saving. Low: nothing, because licences return at the anniversary only.
-- grain: one row where licences are left over, else none
-- key: detail
with owned as (
  select coalesce(sum(enabled_units), 0) as licences from licensing.entitlement where covers = 'server' and offer_id = 'mde-for-servers'
),
used as (
  select count(distinct machine_number) as licences
  from (
    select l.machine_number from ledger.machine_total l join ledger.machine m on m.machine_number = l.machine_number
    where l.bucket = 'protected_unbilled' and m.in_licence_scope and l.seconds > 0
    union all
    select machine_number from ledger.charge where meter = 'benefit' and machine_number is not null
    union all
    select s.machine_number from actions.claim_benefit b join actions.spending s on s.spending_id = b.spending_id
  ) u
),
offer as (
  select price, currency, row_number() over (order by case price_origin when 'override' then 1 else 2 end, currency) as choice
  from licensing.offer
  where offer_id = 'mde-for-servers' and price is not null and (price_origin = 'override' or confidence <> 'D')
),
final as (
  select cast(null as varchar) as subscription_id, cast(null as integer) as machine_number, f.currency as billing_currency, amount(0) as low,
         amount(coalesce(f.price, 0) * (o.licences - u.licences)) as base, amount(coalesce(f.price, 0) * (o.licences - u.licences)) as high,
         cast(null as decimal(38, 24)) as added_cost,
         cast(o.licences - u.licences as varchar) || ' of ' || cast(o.licences as varchar) || ' server licences are used by nobody'
           || case when f.price is null then '; their price is not known' else ', at ' || amount_text(f.price) || ' a month each' end as detail
  from owned o
  cross join used u
  left join offer f on f.choice = 1
  where o.licences > u.licences
)
select * from final
