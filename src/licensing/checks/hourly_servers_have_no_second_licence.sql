-- severity: warning
-- Server licences and hourly billing for the same servers are paid twice until Microsoft grants the discount on request;
-- it is not retroactive and ends when the licence is renewed. Hours on the benefit meter show that it was granted.
with owned as (
  select sum(enabled_units) as units, max(product) as product from licensing.entitlement where covers = 'server' and enabled_units > 0
),
billed as (
  select count(distinct case when meter = 'standard' then machine_number end) as standard_machines,
         count(distinct case when meter = 'benefit' then machine_number end) as benefit_machines,
         amount(sum(case when meter = 'standard' then coalesce(hours, 0) else 0 end)) as standard_hours
  from ledger.charge
),
final as (
  select o.product as subject, 'server licences are owned while servers are billed by the hour at full price: ask Microsoft for the discount' as message,
         cast(o.units as varchar) || ' licences; ' || cast(b.standard_machines as varchar) || ' machines at full price, '
           || cast(b.benefit_machines as varchar) || ' on the benefit meter' as evidence
  from owned o
  cross join billed b
  where o.units > b.benefit_machines and b.standard_hours > 0
)
select * from final
