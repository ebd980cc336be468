-- A number for each machine, and for each device, which is a machine of its own where no other stands for it. Relations with
-- rows by machine and day hold the number: ids are long texts, dear to compare and to hold. Numbers are in the order of the
-- ids and mean the same machine within one run only.
-- grain: one row per machine id
-- key: machine_id
with known as (
  select machine_id from ledger.resource_owner
  union
  select 'device:' || device_id as machine_id from normalise.device_state
),
final as (
  select machine_id, cast(row_number() over (order by machine_id) as integer) as machine_number from known
)
select * from final
