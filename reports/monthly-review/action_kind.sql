-- The words of the kinds of action that this period calls for.
-- grain: one row per kind
-- key: kind
with final as (
  select k.kind, k.position, k.title, k.ask, k.state, k.why, k.how, k.effort, k.risk, k.depends_on
  from actions.kind k
  where exists (select 1 from actions.action a where a.kind = k.kind)
)
select * from final order by position
