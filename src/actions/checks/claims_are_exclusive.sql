-- severity: broken
-- A unit of money is claimed by one action: no spending stands in two claims.
with final as (
  select cast(spending_id as varchar) as subject, 'a spending is claimed by several actions' as message, cast(count(*) as varchar) || ' claims' as evidence
  from actions.claim
  where spending_id is not null
  group by spending_id
  having count(*) > 1
)
select * from final
