-- Operations of the activity log and annotations of resource health that change a machine's power. Repeats are kept. An
-- operation on a whole scale set stays at the set's id; its writes say nothing of power and are left out.
-- Names: the log's own (any case), the portal's display names, the annotation names of resource health, and for health
-- events without such a name the sentence that the service writes.
-- grain: one row per log record or annotation
-- key: none, repeats are kept
with record as (
  select *,
         arm_id(regexp_replace(regexp_replace(coalesce(resource_id, target_id, id), '(?i)/events/[^/]+/ticks/.*$', ''),
                               '(?i)/providers/Microsoft\.ResourceHealth/.*$', '')) as machine_id,
         lower(operation) as operation_word,
         lower(coalesce(annotation,
                        nullif(regexp_extract(changes, '(?i)"properties\.annotationName"\s*:\s*\{[^}]*"newValue"\s*:\s*"([^"]*)"', 1), ''),
                        nullif(regexp_extract(properties, '(?i)"(VirtualMachine[a-z]+)"', 1), ''))) as annotation_word,
         nullif(regexp_extract(changes, '(?i)"properties\.occurredTime"\s*:\s*\{[^}]*"newValue"\s*:\s*"([^"]*)"', 1), '') as change_occurred,
         regexp_matches(coalesce(operation, ''), '(?i)^microsoft\.resourcehealth/') as is_health_event,
         lower(properties) as health_words
  from raw.power_event
),
named as (
  select *,
         regexp_extract(operation_word, '^microsoft\.compute/(virtualmachines|virtualmachinescalesets|virtualmachinescalesets/virtualmachines)/(start|deallocate|poweroff|restart|evictspotvm|write|delete)(/action)?$', 1) as operation_target,
         regexp_extract(operation_word, '^microsoft\.compute/(virtualmachines|virtualmachinescalesets|virtualmachinescalesets/virtualmachines)/(start|deallocate|poweroff|restart|evictspotvm|write|delete)(/action)?$', 2) as operation_verb,
         case when class = 'annotation' or is_health_event then 'annotation' else 'activity-log' end as source
  from record
),
mapped as (
  select *,
         case when source = 'activity-log' then
                case when operation_verb = 'poweroff' or operation_word = 'power off virtual machine' then 'power_off'
                     when operation_verb = 'evictspotvm' then 'preempted'
                     when operation_verb in ('start', 'deallocate', 'restart') then operation_verb
                     when operation_verb in ('write', 'delete') and operation_word not like '%/action'
                          and (operation_verb = 'delete' or operation_target <> 'virtualmachinescalesets') then operation_verb
                     when operation_word = 'start virtual machine' then 'start'
                     when operation_word = 'deallocate virtual machine' then 'deallocate'
                     when operation_word = 'restart virtual machine' then 'restart'
                     when operation_word = 'create or update virtual machine' then 'write'
                     when operation_word = 'delete virtual machine' then 'delete' end
              else
                case annotation_word
                     when 'virtualmachinestartinitiatedbycontrolplane' then 'start'
                     when 'virtualmachinedeallocationinitiated' then 'deallocate'
                     when 'virtualmachinestopinitiatedbycontrolplane' then 'power_off'
                     when 'virtualmachinestoppedinternally' then 'stopped_internally'
                     when 'virtualmachineallocated' then 'allocated'
                     when 'virtualmachinepreempted' then 'preempted'
                     when 'virtualmachinerestarted' then 'restart'
                     when 'virtualmachinerebootinitiatedbycontrolplane' then 'restart'
                     when 'virtualmachinerestartinitiatedbycontrolplane' then 'restart'
                     else case when annotation_word is not null or not is_health_event then cast(null as varchar)
                               when operation_word like '%/resolved/%' then cast(null as varchar)
                               when health_words like '%stopping and deallocating%' then 'deallocate'
                               when health_words like '%preempted%' or health_words like '%evicted%' then 'preempted'
                               when health_words like '%"stopped by user or process"%' then 'stopped_internally'
                               when health_words like '%rebooted by user%' then 'restart' end end end as power_operation,
         case when source = 'annotation' then coalesce(stamp_at(change_occurred), stamp_at(moment), stamp_at(changed))
              else coalesce(stamp_at(moment), stamp_at(changed)) end as happened_at,
         lower(coalesce(json_member(status, '$.value'), status)) as status_word
  from named
),
final as (
  select file_id, machine_id as resource_id, happened_at as event_at, power_operation as operation,
         case when source = 'annotation' then 'succeeded'
              when status_word like 'start%' then 'started'
              when status_word like 'accept%' then 'accepted'
              when status_word like 'succe%' or status_word = 'ok' then 'succeeded'
              when status_word like 'fail%' then 'failed'
              else 'other' end as status,
         lower(correlation_id) as correlation_id,
         source,
         cast(null as varchar) as vm_id,
         row_number
  from mapped
  where power_operation is not null and happened_at is not null
    and regexp_matches(machine_id, '^/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.compute/virtualmachine')
)
select * from final
