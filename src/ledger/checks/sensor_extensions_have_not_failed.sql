-- severity: warning
-- The extension that installs the sensor failed. What its codes mean and what to do stands in ledger.extension_error.
with newest as (
  select x.*, row_number() over (partition by x.resource_id order by x.snapshot_at desc, x.file_id desc, x.extension_type) as choice
  from normalise.extension x
),
final as (
  select coalesce(m.subscription_id, id_subscription(n.resource_id), 'unknown subscription') as subject,
         'the sensor''s extension failed: ' || coalesce(w.words, 'a cause that is not known')
           || coalesce('. ' || w.remedy, '') as message,
         coalesce('code ' || n.error_code || ', ', '') || cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end
           || ', such as ' || min(coalesce(m.name, n.resource_id)) || coalesce(': ' || min(n.message), '') as evidence
  from newest n
  join ledger.machine m on m.resource_id = n.resource_id and m.alive_from_at is not null
  left join ledger.extension_error w on w.error_code = n.error_code
  where n.choice = 1 and n.provisioning_state = 'failed'
  group by coalesce(m.subscription_id, id_subscription(n.resource_id), 'unknown subscription'), n.error_code, w.words, w.remedy
)
select * from final
