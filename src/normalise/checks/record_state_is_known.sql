-- severity: warning
-- Power, agent, sensor and onboarding states are words that the rules know. An unknown word counts as no statement.
with text_word as (
  select text_id, regexp_replace(lower(health), '[^a-z]', '', 'g') as health, regexp_replace(lower(onboarding), '[^a-z]', '', 'g') as onboarding
  from raw.device_text
),
word as (
  select file_id, 'power state' as what,
         lower(coalesce(nullif(regexp_extract(statuses, '(?i)PowerState/([a-z]+)', 1), ''), regexp_replace(power, '(?i)^(PowerState/|VM )', ''))) as word
  from raw.machine_record where class <> 'arc-machine'
  union all select file_id, 'Arc status', lower(arc_status) from raw.machine_record where class = 'arc-machine'
  union all select r.file_id, 'sensor health', t.health from text_word t join raw.device_record r on r.text_id = t.text_id
  union all select r.file_id, 'onboarding status', t.onboarding from text_word t join raw.device_record r on r.text_id = t.text_id
),
final as (
  select f.path as subject, 'an unknown ' || w.what || ' counts as no statement' as message,
         w.word || ', ' || cast(count(*) as varchar) || ' records' as evidence
  from word w
  join raw.record_file f on f.file_id = w.file_id
  where w.word is not null
    and not (w.what = 'power state' and w.word in ('running', 'stopping', 'stopped', 'stopped (allocated)', 'starting', 'creating', 'deallocating',
                                                   'deallocated', 'stopped (deallocated)', 'hibernated', 'hibernating', 'unknown'))
    and not (w.what = 'Arc status' and w.word in ('connected', 'disconnected', 'offline', 'expired', 'connecting', 'error'))
    and not (w.what = 'sensor health' and w.word in ('active', 'inactive', 'impairedcommunication', 'impairedcommunications', 'nosensordata',
                                                     'nosensordataimpairedcommunication', 'nosensordataimpairedcommunications', 'unknown'))
    and not (w.what = 'onboarding status' and w.word in ('onboarded', 'canbeonboarded', 'unsupported', 'insufficientinfo', 'unknown'))
  group by f.path, w.what, w.word
)
select * from final
