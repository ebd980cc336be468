-- severity: warning
-- Without a listing of Defender for Endpoint devices nobody knows which machines are protected: coverage cannot be
-- computed, and paid hours cannot be told from wasted ones.
with final as (
  select 'Defender for Endpoint' as subject, 'no device listing is in the folder: add GET /api/machines, DeviceInfo or the device inventory of the portal' as message,
         cast(count(*) as varchar) || ' machines of unknown health' as evidence
  from ledger.machine
  where alive_from_at is not null
  having count(*) > 0 and not exists (select 1 from normalise.device_state)
)
select * from final
