import type { Engine } from '../engine/engine.ts'
import type { SourceKind } from '../types.ts'
import { DEVICE_TABLES, type DeviceTexts, openDeviceTexts } from './device_text.ts'
import type { ReadingCache } from './reading_cache.ts'
import { classifyItems } from './record_class.ts'
import { RECORD_FIELDS, RECORD_TABLES } from './record_field.ts'
import { type RecordFile, recordLayout } from './record_file.ts'
import { type KeepableFile, recordGroups } from './record_group.ts'
import { type LaidOut, pageGroups, readGroup, readGroupPages } from './record_item.ts'
import { nestedExtensions } from './record_nested.ts'
import { takeFields } from './record_path.ts'

/** Files are read in batches of about this size, so that the raw JSON of a year of snapshots is never held at once. */
const BATCH_BYTES = 192 * 1024 * 1024

/** Told the files whose records have been read. */
export type OnRead = (files: readonly RecordFile[]) => void

/**
 * Fills the staging tables: `raw.<relation>` (file_id, row_number, class and the text columns of `RECORD_FIELDS`),
 * `raw.page` (what pages say of themselves), `raw.record_count` (records per file and class),
 * `raw.cut_record` (records that PowerShell cut) and `raw.record_file`; of device records the tables of `DeviceTexts`
 * instead. The JSON itself is dropped as soon as its fields are taken.
 */
export async function readRecordFiles(
  engine: Engine,
  files: readonly RecordFile[],
  onRead: OnRead,
  cached?: { cache: ReadingCache; files: readonly KeepableFile[] },
): Promise<void> {
  await createStaging(engine)
  const devices = await openDeviceTexts(engine)
  await engine.insert(
    'raw.record_file',
    files.map((file) => [file.fileId, file.path, file.kind]),
  )
  for (const kind of new Set(files.map((file) => file.kind))) {
    const ofKind = <F extends RecordFile>(all: readonly F[]): F[] =>
      all.filter((file) => file.kind === kind).sort((a, b) => a.fileId - b.fileId)
    if (cached === undefined) await readKind(engine, kind, ofKind(files), devices, onRead)
    else
      for (const group of recordGroups(ofKind(cached.files), cached.cache.leastBytes))
        await readKept(engine, kind, group, cached.cache, devices, onRead)
  }
}

/** The rows of a group as they were read before, or as they are read and kept now. */
async function readKept(
  engine: Engine,
  kind: SourceKind,
  group: readonly KeepableFile[],
  cache: ReadingCache,
  devices: DeviceTexts,
  onRead: OnRead,
): Promise<void> {
  const bytes = group.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes < cache.leastBytes) return readKind(engine, kind, group, devices, onRead)
  const reading =
    kind === 'endpoint'
      ? { inputs: group, settings: [kind], tables: KEPT_OF_DEVICES, shared: [devices.kept] }
      : { inputs: group, settings: [kind], tables: KEPT }
  if (await cache.take(engine, reading)) return onRead(group)
  await readKind(engine, kind, group, devices, onRead)
  await cache.keep(engine, reading)
}

async function readKind(
  engine: Engine,
  kind: SourceKind,
  ofKind: readonly RecordFile[],
  devices: DeviceTexts,
  onRead: OnRead,
): Promise<void> {
  let batch: LaidOut[] = []
  let bytes = 0
  const read = () =>
    kind === 'endpoint' ? readDevices(engine, batch, devices, onRead) : readBatch(engine, kind, batch, onRead)
  for (const file of ofKind) {
    const layout = recordLayout(file)
    if (batch.length > 0 && bytes + layout.bytes > BATCH_BYTES) {
      await read()
      batch = []
      bytes = 0
    }
    batch.push({ file, layout })
    bytes += layout.bytes
  }
  if (batch.length > 0) await read()
}

/** What reading a file appends to. */
const COUNTED = ['raw.page', 'raw.cut_record', 'raw.record_count']
const KEPT = [...RECORD_TABLES.map((table) => `raw.${table}`), ...COUNTED]
const KEPT_OF_DEVICES = [...DEVICE_TABLES.map((table) => `raw.${table}`), ...COUNTED]

async function createStaging(engine: Engine): Promise<void> {
  await engine.run('create schema if not exists raw')
  for (const table of RECORD_TABLES) {
    const columns = Object.keys(RECORD_FIELDS[table].columns).map((name) => `${name} varchar`)
    await engine.run(
      `create or replace table raw.${table} (file_id integer, row_number bigint, class varchar, ${columns.join(', ')})`,
    )
  }
  await engine.run(
    `create or replace table raw.page (file_id integer, page_number bigint, record_count bigint, total_records bigint,
       is_truncated boolean, has_next boolean)`,
  )
  await engine.run('create or replace table raw.record_file (file_id integer, path varchar, kind varchar)')
  await engine.run('create or replace table raw.cut_record (file_id integer, record_count bigint)')
  await engine.run('create or replace table raw.record_count (file_id integer, class varchar, record_count bigint)')
}

const EMPTY_ITEMS = 'create or replace table raw.item (file_id integer, row_number bigint, doc json)'

async function readBatch(engine: Engine, kind: SourceKind, batch: readonly LaidOut[], onRead: OnRead): Promise<void> {
  await engine.run(EMPTY_ITEMS)
  for (const group of pageGroups(batch)) await readGroup(engine, group)
  await engine.run(
    `insert into raw.cut_record
     select file_id, count(*) from raw.item where contains(cast(doc as varchar), '"@{') group by file_id`,
  )
  await classifyItems(engine, kind)
  await engine.run('insert into raw.record_count select file_id, class, count(*) from raw.item group by file_id, class')
  if (kind === 'arm') await nestedExtensions(engine)
  for (const table of RECORD_TABLES) await takeFields(engine, table)
  await engine.run('drop table raw.item')
  onRead(batch.map(({ file }) => file))
}

/** Device records, group by group: those of list pages are never laid down whole, any other as items first. */
async function readDevices(
  engine: Engine,
  batch: readonly LaidOut[],
  devices: DeviceTexts,
  onRead: OnRead,
): Promise<void> {
  for (const group of pageGroups(batch, devices.mostBytes())) {
    if (!(await readGroupPages(engine, group, (fill) => devices.takeRecords(fill)))) {
      await engine.run(EMPTY_ITEMS)
      await readGroup(engine, group)
      await engine.run('drop table if exists raw.device_doc; alter table raw.item rename to device_doc')
      const docs = 'select file_id, row_number, json(doc) as doc from raw.device_doc'
      await devices.takeRecords((itemSql) => engine.run(`create or replace table raw.device_item as ${itemSql(docs)}`))
      await engine.run('drop table raw.device_doc')
    }
    onRead(group.map(({ file }) => file))
  }
}
