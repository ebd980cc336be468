-- severity: warning
-- The extension that installs the sensor failed. Codes 10, 11 and 51 are unsupported systems: trying again does not help,
-- taking the machine out of the plan does. Code names are those of the extension itself.
with newest as (
  select x.*, row_number() over (partition by x.resource_id order by x.snapshot_at desc, x.file_id desc, x.extension_type) as choice
  from normalise.extension x
),
word as (
  select '1' as error_code, 'an internal error' as words union all select '2', 'invalid arguments' union all select '3', 'insufficient privileges'
  union all select '4', 'no connection to the internet' union all select '5', 'conflicting applications' union all select '10', 'an unsupported distribution'
  union all select '11', 'an unsupported version' union all select '12', 'too few resources' union all select '20', 'the sensor is not installed'
  union all select '21', 'the installation failed' union all select '22', 'the removal failed' union all select '23', 'a missing dependency'
  union all select '24', 'the repository cannot be set up' union all select '25', 'an invalid channel' union all select '26', 'the repository cannot be cleaned'
  union all select '30', 'no onboarding package' union all select '31', 'onboarding failed' union all select '40', 'the tag is not supported'
  union all select '41', 'parameters cannot be set' union all select '51', 'an unsupported operating system'
),
final as (
  select coalesce(m.subscription_id, id_subscription(n.resource_id), 'unknown subscription') as subject,
         'the sensor''s extension failed: ' || coalesce(w.words, 'a cause that is not known')
           || case when n.error_code in ('10', '11', '51') then '; take the machines out of the plan, trying again does not help' else '' end as message,
         coalesce('code ' || n.error_code || ', ', '') || cast(count(*) as varchar) || case when count(*) = 1 then ' machine' else ' machines' end
           || ', such as ' || min(coalesce(m.name, n.resource_id)) || coalesce(': ' || min(n.message), '') as evidence
  from newest n
  join ledger.machine m on m.resource_id = n.resource_id and m.alive_from_at is not null
  left join word w on w.error_code = n.error_code
  where n.choice = 1 and n.provisioning_state = 'failed'
  group by coalesce(m.subscription_id, id_subscription(n.resource_id), 'unknown subscription'), n.error_code, w.words
)
select * from final
