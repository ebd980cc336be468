-- Cost is quantity times the price of one unit of measure; where it is not, the quantity may already count single hours.
-- Lines that a commitment covers have another price, and those of a cost allocation rule none of their own: they are not
-- looked at. The quotient is dear, so lines whose amounts, taken to nine decimals, agree within one percent are left out
-- first; amounts too small or too large for that always go the exact way.
-- severity: warning
with candidate as (
  select l.*, coalesce(l.billed_cost, l.effective_cost) as line_cost,
         try_cast(coalesce(l.billed_cost, l.effective_cost) as decimal(18, 9)) as near_cost,
         try_cast(l.quantity as decimal(18, 9)) as near_quantity, try_cast(l.unit_price as decimal(18, 9)) as near_price
  from normalise.cost_line l
  where l.line_class = 'defender' and l.hours_per_unit is not null and l.unit_price > 0
    and coalesce(l.billed_cost, l.effective_cost) <> 0 and l.quantity <> 0 and l.benefit_id is null
    and l.cost_allocation_rule_name is null
    and coalesce(l.charge_category, 'usage') = 'usage'
),
compared as (
  select *,
         case when near_price < cast('0.000001' as decimal(18, 9)) or abs(near_quantity) < cast('0.000001' as decimal(18, 9)) then false
              else abs(near_cost - near_quantity * near_price) * 100 <= abs(near_cost) and abs(near_cost) > cast('0.000001' as decimal(18, 9)) end as agrees
  from candidate
),
line as (
  select c.*, case when agrees then cast(null as decimal(38, 24)) else amount_ratio(line_cost, amount_product(quantity, unit_price)) end as ratio
  from compared c
)
select f.path as subject, 'Cost is not quantity times unit price: the quantity may not count the unit of measure, or the price is another.' as message,
       'lines: ' || count(*) || '; the first, row ' || min(l.row_number) || ': unit ' || min_by(l.unit_of_measure, l.row_number) || ', cost is '
         || round(cast(min_by(l.ratio, l.row_number) as decimal(38, 4)), 4) || ' times quantity x price' as evidence
from line l
join raw.source_file f on f.file_id = l.file_id
where l.ratio < cast('0.98' as decimal(4, 2)) or l.ratio > cast('1.02' as decimal(4, 2))
group by f.path
