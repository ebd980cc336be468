import type { Engine } from '../engine/engine.ts'
import { RECORD_FIELDS } from './record_field.ts'

/** Fields of a device record that tell when it was seen: they change with every listing, the others rarely. */
const MOMENTS: readonly string[] = ['last_seen', 'reported']

/**
 * Parts the device records read (`raw.endpoint_device`) into what they say, once for each distinct content
 * (`raw.device_text`), and when they say it (`raw.device_record`). Of several rows of a device in one file (advanced
 * hunting reports a device many times) the newest counts, and its report stands for the device's last sign of life.
 */
export async function partDeviceRecords(engine: Engine): Promise<void> {
  const fields = Object.keys(RECORD_FIELDS.endpoint_device.columns).filter((name) => !MOMENTS.includes(name))
  await engine.run(
    `create or replace table raw.device_text as
     select row_number() over (order by min(file_id * 1000000000000 + row_number)) as text_id, ${fields.join(', ')}
     from raw.endpoint_device group by ${fields.join(', ')}`,
  )
  await engine.run(
    `create or replace table raw.device_record as
     with record as (
       select r.file_id, r.row_number, t.text_id, lower(r.id) as device_id, r.reported, r.last_seen
       from raw.endpoint_device r
       join raw.device_text t on ${fields.map((name) => `t.${name} is not distinct from r.${name}`).join(' and ')}
     ),
     repeated as (select file_id, device_id from record group by file_id, device_id having count(*) > 1),
     newest_record as (
       select r.* from record r
       left join repeated d on d.file_id = r.file_id and d.device_id is not distinct from r.device_id
       where d.file_id is null
       union all
       select * exclude (newest)
       from (select r.*, row_number() over (partition by r.file_id, r.device_id
                     order by coalesce(stamp_at(r.reported), 0) desc, coalesce(stamp_at(r.last_seen), 0) desc, r.row_number desc) as newest
             from record r
             join repeated d on d.file_id = r.file_id and d.device_id is not distinct from r.device_id)
       where newest = 1
     )
     select file_id, row_number, text_id, coalesce(stamp_at(last_seen), stamp_at(reported)) as last_seen_at from newest_record`,
  )
}
