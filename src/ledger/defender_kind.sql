-- Kinds of cost lines that are Defender for Servers: found by the product or charge description, or by the meter's name
-- within the Defender categories, old and new; sibling plans' `Standard Node` meters are not ours. Lines that a cost
-- allocation rule made repeat money that stands elsewhere and are left out (`cost_allocation_lines_are_left_out`).
-- An answer of the query API names no category: there the meter alone tells, as no other service has such a one.
-- Names seen on bills 2022 to 2026; see the glossary in src/README.md.
-- grain: one row per kind
-- key: kind_key
with words as (
  select *,
         lower(coalesce(product_name, '')) as product_words, lower(coalesce(meter_name, '')) as meter_words,
         lower(coalesce(meter_category, '')) as category_words
  from normalise.cost_kind
  where line_class = 'defender' and cost_allocation_rule_name is null
),
final as (
  select kind_key, billing_period_start, charge_category, coalesce(is_correction, false) as is_correction,
         cast(hours_per_unit as integer) as unit_hours, unit_price, list_unit_price, billing_currency,
         case when meter_words like '%p1%' then 'p1' when meter_words like '%p2%' then 'p2'
              when product_words like '%p1%' then 'p1' when product_words like '%p2%' then 'p2' end as plan,
         case when meter_words like '%trial%' or product_words like '%trial%' then 'trial'
              when meter_words like '%mdatp benefit%' or product_words like '%mdatp benefit%' then 'benefit'
              else 'standard' end as meter
  from words
  where product_words like 'microsoft defender for servers%'
     or ((meter_words like 'standard p1 node%' or meter_words like 'standard p2 node%'
          or meter_words like 'trial p1 node%' or meter_words like 'trial p2 node%')
         and category_words in ('security center', 'microsoft defender for cloud', 'advanced threat protection', ''))
)
select * from final
