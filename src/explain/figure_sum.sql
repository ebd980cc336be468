-- The explained figure's parts added up, per currency: seconds become hours once, after adding.
-- grain: one row per currency
-- key: billing_currency
with wanted as (
  select p.*
  from explain.figure_part p
  join config.explained_figure w on w.figure = p.figure and coalesce(w.billing_currency, coalesce(p.billing_currency, '')) = coalesce(p.billing_currency, '')
),
final as (
  select billing_currency, cast(count(*) as integer) as parts,
         case when max(case when amount is null then 0 else 1 end) = 1 then amount(sum(amount))
              when sum(seconds) <> 0 then hours_of_seconds(sum(seconds)) else amount(sum(count)) end as value
  from wanted
  group by billing_currency
)
select * from final
order by billing_currency nulls first
