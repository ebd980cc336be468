-- severity: broken
-- The best mix could leave every machine on the cheaper plan: where both are known it never costs more than all machines on Plan 2,
-- nor, where no machine is pinned to Plan 2, than all on Plan 1. It is no cheaper than what no mix can be cheaper than.
with pinned as (
  select billing_currency, sum(case when is_pinned then 1 else 0 end) as machines from licensing.mix_machine where estimate = 'base' group by billing_currency
),
cost as (
  select 'period' as span, scenario, billing_currency, cost from licensing.scenario where cost is not null
  union all
  select 'year', scenario, billing_currency, year_cost from licensing.scenario_year where year_cost is not null
),
dearer as (
  select m.span, m.billing_currency, m.cost, a.scenario, a.cost as plan_cost
  from cost m
  join cost a on a.span = m.span and a.billing_currency = m.billing_currency and a.scenario in ('all_p1', 'all_p2')
  left join pinned p on p.billing_currency = m.billing_currency
  where m.scenario = 'best_mix' and m.cost > a.cost and (a.scenario = 'all_p2' or coalesce(p.machines, 0) = 0)
),
final as (
  select span || ' ' || billing_currency as subject, 'the best mix costs more than a plan for all machines' as message,
         'best mix ' || amount_text(cost) || ', ' || scenario || ' ' || amount_text(plan_cost) as evidence
  from dearer
  union all
  select span || ' ' || billing_currency || ' ' || estimate || ' ' || counting, 'the best mix costs less than its lower bound',
         'mix ' || amount_text(cost) || ', bound ' || amount_text(bound)
  from licensing.mix_total
  where gap < 0
)
select * from final
