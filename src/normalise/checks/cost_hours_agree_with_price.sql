-- Cost is quantity times the price of one unit of measure; where it is not, the quantity may already count single hours.
-- Lines that a commitment covers have
-- another price, and those of a cost allocation rule none of their own: they are not looked at.
-- severity: warning
with line as (
  select l.*, amount_ratio(coalesce(l.billed_cost, l.effective_cost), amount_product(l.quantity, l.unit_price)) as ratio
  from normalise.cost_line l
  where l.line_class = 'defender' and l.hours_per_unit is not null and l.unit_price > 0
    and coalesce(l.billed_cost, l.effective_cost) <> 0 and l.quantity <> 0 and l.benefit_id is null
    and l.cost_allocation_rule_name is null
    and coalesce(l.charge_category, 'usage') = 'usage'
)
select f.path as subject, 'Cost is not quantity times unit price: the quantity may not count the unit of measure, or the price is another.' as message,
       'lines: ' || count(*) || '; the first, row ' || min(l.row_number) || ': unit ' || min_by(l.unit_of_measure, l.row_number) || ', cost is '
         || round(cast(min_by(l.ratio, l.row_number) as decimal(38, 4)), 4) || ' times quantity x price' as evidence
from line l
join raw.source_file f on f.file_id = l.file_id
where l.ratio < cast('0.98' as decimal(4, 2)) or l.ratio > cast('1.02' as decimal(4, 2))
group by f.path
