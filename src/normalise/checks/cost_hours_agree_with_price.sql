-- Cost is quantity times the price of one unit of measure; where it is not, the quantity may already count single hours.
-- Lines that a commitment covers have another price, and those of a cost allocation rule none of their own: they are not
-- looked at. Products and quotients are dear, and pairs of quantity and price are few: each is multiplied once, and lines
-- that are within one percent of it are left out before the quotient is made. Amounts too small or too large for that
-- always go the exact way.
-- severity: warning
with candidate as (
  select l.file_id, l.row_number, l.unit_of_measure, l.quantity, l.unit_price, coalesce(l.billed_cost, l.effective_cost) as line_cost
  from normalise.cost_line l
  where l.line_class = 'defender' and l.hours_per_unit is not null and l.unit_price > 0
    and coalesce(l.billed_cost, l.effective_cost) <> 0 and l.quantity <> 0 and l.benefit_id is null
    and l.cost_allocation_rule_name is null
    and coalesce(l.charge_category, 'usage') = 'usage'
),
priced as (
  select quantity, unit_price, amount_product(quantity, unit_price) as product
  from (select distinct quantity, unit_price from candidate) pair
),
compared as (
  select c.*, p.product,
         case when abs(p.product) > cast('0.000001' as decimal(7, 6)) and abs(p.product) < 10000000000 and abs(c.line_cost) < 10000000000
              then case when abs(c.line_cost - p.product) * 100 <= abs(p.product) then 1 else 0 end else 0 end as agrees
  from candidate c
  join priced p on p.quantity = c.quantity and p.unit_price = c.unit_price
),
line as (
  select *, amount_ratio(line_cost, product) as ratio from compared where agrees = 0
)
select f.path as subject, 'Cost is not quantity times unit price: the quantity may not count the unit of measure, or the price is another.' as message,
       'lines: ' || count(*) || '; the first, row ' || min(l.row_number) || ': unit ' || min_by(l.unit_of_measure, l.row_number) || ', cost is '
         || round(cast(min_by(l.ratio, l.row_number) as decimal(38, 4)), 4) || ' times quantity x price' as evidence
from line l
join raw.source_file f on f.file_id = l.file_id
where l.ratio < cast('0.98' as decimal(4, 2)) or l.ratio > cast('1.02' as decimal(4, 2))
group by f.path
