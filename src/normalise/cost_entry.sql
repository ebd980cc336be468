-- The lines of the cost files at hand (`cost_file`) with what each adds to the sums of its file.
-- grain: one row per line
-- key: file_id, row_number
with line as (
  select *, lower(charge_category) as category, lower(pricing_model) as model
  from cost_file
),
final as (
  select *,
         1 as line_count,
         case when has_cost then 0 else 1 end as costless_lines,
         case when has_cost and cost_amount is null then 1 when has_effective_cost and effective_cost_amount is null then 1 else 0 end as unreadable_lines,
         case when is_rounded then 1 else 0 end as rounded_lines,
         case when cost_allocation_rule_name is not null then 1 else 0 end as allocation_lines,
         -- only an amortised file spreads commitments over usage or shows what of them went unused
         case when category in ('unusedreservation', 'unusedsavingsplan') then 1
              when category = 'usage' and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1 else 0 end as amortised_lines,
         -- only an actual file shows the purchase, and covered usage at zero
         case when category in ('purchase', 'refund') and model in ('reservation', 'savingsplan') and cost_amount <> 0 then 1
              else 0 end as purchase_lines
  from line
)
select * from final
