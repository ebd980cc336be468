-- The answer of an API names a next page; among the files of its folder one must be the last.
-- severity: warning
with page as (
  select path, regexp_replace(path, '[^/]*$', '') as folder, schema_name, has_next from raw.cost_input
),
whole as (
  select distinct folder, schema_name from page where not has_next
)
select p.path as subject, 'The answer names a further page, and no file beside it is the last page: lines are missing.' as message,
       'nextLink is set' as evidence
from page p
left join whole w on w.folder = p.folder and w.schema_name = p.schema_name
where p.has_next and w.folder is null
