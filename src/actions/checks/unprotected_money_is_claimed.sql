-- severity: broken
-- Every unit of money that did not buy protected time stands in an action.
with final as (
  select s.billing_currency as subject, 'money without an action' as message, s.bucket || ', ' || amount_text(sum(s.cost)) as evidence
  from actions.spending s
  left join actions.claim c on c.spending_id = s.spending_id
  where c.spending_id is null and s.bucket <> 'protected'
    and s.bucket in ('unattributed', 'billed_while_off', 'paid_stopped', 'power_unknown', 'paid_unprotected', 'paid_not_applicable', 'paid_unverified')
  group by s.billing_currency, s.bucket
)
select * from final
