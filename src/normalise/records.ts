import type { Engine } from '../engine/engine.ts'
import type { BuiltModel as Model } from '../engine/model.ts'
import type { SourceKind } from '../types.ts'
import type { ReadingCache } from './reading_cache.ts'
import type { RecordFile } from './record_file.ts'
import { recordFindings, TRUNCATION_CHECKS } from './record_finding.ts'
import type { KeepableFile } from './record_group.ts'
import { type OnRead, readRecordFiles } from './record_reading.ts'
import { NORMALISE_VIEWS, type NormaliseRelation } from './relations.ts'

export type { RecordFile } from './record_file.ts'
export { recordFindings } from './record_finding.ts'
export type { OnRead } from './record_reading.ts'
export { recogniseRecords, whyNotRecords } from './record_recognition.ts'

/** The source kinds this module reads. */
export const RECORD_KINDS = ['arm', 'activity-log', 'availability', 'endpoint', 'licences', 'prices', 'alerts'] as const

/** The relations that come from records, in the order they run; each reads `raw` and `normalise`. */
export const RECORD_MODELS: readonly Model[] = [
  ...models(
    'machine_record',
    'scale_set',
    'extension',
    'plan_setting',
    'endpoint_setting',
    'subscription',
    'assessment',
    'alert',
    'power_event',
    'availability',
  ),
  { relation: 'raw.device_content', file: 'src/normalise/device_content.sql' },
  ...models('device_state'),
  // a view too: a year of listings is not laid down twice
  { relation: 'normalise.device_sighting', file: 'src/normalise/device_sighting.sql', isView: true },
  ...models('endpoint_device', 'subscribed_sku', 'retail_price'),
]

function models(...relations: readonly NormaliseRelation[]): Model[] {
  return relations.map((relation) => ({
    relation: `normalise.${relation}`,
    file: `src/normalise/${relation}.sql`,
    isView: relation in NORMALISE_VIEWS,
  }))
}

/**
 * Fills the staging tables of schema `raw` from those of the files that are of a record kind. A file that breaks off or
 * is broken is a HourwiseError with its line.
 */
export async function readRecords(
  engine: Engine,
  files: readonly RecordFile[],
  onRead: OnRead = () => {},
): Promise<void> {
  await readRecordFiles(engine, ofRecordKind(files), onRead)
}

/** The same for files with their hashes: what was read of them before is taken from the cache, the rest is kept. */
export async function readRecordsOnce(
  engine: Engine,
  files: readonly KeepableFile[],
  cache: ReadingCache,
  onRead: OnRead = () => {},
): Promise<void> {
  await readRecordFiles(engine, ofRecordKind(files), onRead, { cache, files: ofRecordKind(files) })
}

/** Whether any of the files is one that this module reads. */
export function holdRecords(files: readonly RecordFile[]): boolean {
  return ofRecordKind(files).length > 0
}

/** Those of the files that this module reads. */
export function ofRecordKind<F extends RecordFile>(files: readonly F[]): F[] {
  const kinds: readonly SourceKind[] = RECORD_KINDS
  return files.filter((file) => kinds.includes(file.kind))
}

/** What one record file holds. */
export interface RecordSpan {
  file_id: number
  /** Records in it, also those of types that no relation reads. */
  row_count: string
  /** Oldest and newest moment its records speak of, UTC seconds; null when they carry none. */
  first_at: string | null
  last_at: string | null
  /** The service said that rows are missing, pages are missing at the end, or the row count is a round page size. */
  is_truncated: boolean
}

/** Rows, oldest and newest moment, and truncation per record file, after `readRecords`. */
export async function recordSpan(engine: Engine): Promise<RecordSpan[]> {
  const cut = new Set((await recordFindings(engine, TRUNCATION_CHECKS)).map((finding) => finding.subject))
  const rows = await engine.rows(
    `with stamp as (
       select file_id, stamp_at(created) as moment from raw.machine_record
       union all select file_id, stamp_at(arc_status_changed) from raw.machine_record
       union all select file_id, stamp_at(regexp_extract(statuses, '"time"\\s*:\\s*"([^"]+)"', 1)) from raw.machine_record
       union all select file_id, stamp_at(enabled) from raw.plan_setting
       union all select file_id, stamp_at(status_changed) from raw.assessment
       union all select file_id, coalesce(stamp_at(generated), stamp_at(started)) from raw.alert
       union all select file_id, coalesce(stamp_at(moment), stamp_at(changed)) from raw.power_event
     ),
     span as (
       select file_id, min(moment) as first_at, max(moment) as last_at from stamp group by file_id
       union all select file_id, first_at, last_at from raw.device_span
     ),
     counted as (select file_id, sum(record_count) as records from raw.record_count group by file_id)
     select f.file_id, f.path, coalesce(c.records, 0) as row_count, s.first_at, s.last_at
     from raw.record_file f
     left join counted c on c.file_id = f.file_id
     left join span s on s.file_id = f.file_id
     order by 1`,
  )
  return rows.map((row) => ({
    file_id: Number(row.file_id),
    row_count: String(row.row_count),
    first_at: row.first_at === null ? null : String(row.first_at),
    last_at: row.last_at === null ? null : String(row.last_at),
    is_truncated: cut.has(String(row.path)),
  }))
}
