-- The money of the coming year month by month: the bill as it goes on, the best mix, and the difference, also since the first month.
-- grain: one row per currency and month
-- key: billing_currency, month
with final as (
  select billing_currency, month, billed_cost, mix_hourly_cost, mix_licence_cost, mix_cost, amount(mix_cost - billed_cost) as difference,
         amount(sum(mix_cost - billed_cost) over (partition by billing_currency order by month rows unbounded preceding)) as difference_so_far
  from licensing.cash_month
)
select * from final order by billing_currency, month
