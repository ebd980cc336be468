-- How far the data carries, criterion by criterion, the worst first.
-- grain: one row per criterion
-- key: criterion
with final as (
  select criterion, grade, reason from ledger.data_grade
)
select * from final order by grade desc, criterion
