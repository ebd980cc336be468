-- severity: broken
-- A scenario without a cost says why, and one with a cost has no reason to be unknown: no reader is left to guess.
with final as (
  select s.scenario || coalesce(' ' || s.billing_currency, '') as subject,
         case when s.cost is null then 'a scenario has neither a cost nor a reason' else 'a scenario has a cost and a reason why it has none' end as message,
         coalesce(s.reason, '') as evidence
  from licensing.scenario s
  where (s.cost is null and s.reason is null) or (s.cost is not null and s.reason is not null)
)
select * from final
