import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, sqlText } from '../engine/engine.ts'
import type { SourceKind } from '../types.ts'
import { partDeviceRecords } from './device_record.ts'
import { slicePage } from './page_slice.ts'
import type { ReadingCache } from './reading_cache.ts'
import { classifyItems } from './record_class.ts'
import { RECORD_FIELDS, RECORD_TABLES, type RecordFields, type RecordTable } from './record_field.ts'
import { brokenFile, type RecordFile, type RecordLayout, recordLayout, roomierLayout } from './record_file.ts'
import { type KeepableFile, recordGroups } from './record_group.ts'
import { readPages, readPagesOf, readSlicedPage } from './record_page.ts'
import { fieldListSql, fieldSql, foldedPaths, spelledPaths } from './record_path.ts'
import { valueSql } from './record_value.ts'

/** Files are read in batches of about this size, so that the raw JSON of a year of snapshots is never held at once. */
const BATCH_BYTES = 192 * 1024 * 1024

/** Small files of list pages are read many at a time, up to about this size together. */
const GROUP_BYTES = 48 * 1024 * 1024

/** A single page above this size is parted from its records before it is read: the engine would hold it several times. */
const LARGE_PAGE_BYTES = 64 * 1024 * 1024

/**
 * Fills the staging tables: `raw.<relation>` (file_id, row_number, class and the text columns of `RECORD_FIELDS`),
 * `raw.page` (what pages say of themselves), `raw.record_count` (records per file and class),
 * `raw.cut_record` (records that PowerShell cut) and `raw.record_file`. The JSON itself is
 * dropped as soon as its fields are taken.
 */
export async function readRecordFiles(
  engine: Engine,
  files: readonly RecordFile[],
  cached?: { cache: ReadingCache; files: readonly KeepableFile[] },
): Promise<void> {
  await createStaging(engine)
  await engine.insert(
    'raw.record_file',
    files.map((file) => [file.fileId, file.path, file.kind]),
  )
  for (const kind of new Set(files.map((file) => file.kind))) {
    const ofKind = <F extends RecordFile>(all: readonly F[]): F[] =>
      all.filter((file) => file.kind === kind).sort((a, b) => a.fileId - b.fileId)
    if (cached === undefined) await readKind(engine, kind, ofKind(files))
    else
      for (const group of recordGroups(ofKind(cached.files), cached.cache.leastBytes))
        await readKept(engine, kind, group, cached.cache)
  }
  await partDeviceRecords(engine)
}

/** The rows of a group as they were read before, or as they are read and kept now. */
async function readKept(
  engine: Engine,
  kind: SourceKind,
  group: readonly KeepableFile[],
  cache: ReadingCache,
): Promise<void> {
  const bytes = group.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes < cache.leastBytes) return readKind(engine, kind, group)
  const reading = { inputs: group, settings: [kind], tables: STAGING_TABLES }
  if (await cache.take(engine, reading)) return
  await readKind(engine, kind, group)
  await cache.keep(engine, reading)
}

async function readKind(engine: Engine, kind: SourceKind, ofKind: readonly RecordFile[]): Promise<void> {
  let batch: LaidOut[] = []
  let bytes = 0
  for (const file of ofKind) {
    const layout = recordLayout(file)
    if (batch.length > 0 && bytes + layout.bytes > BATCH_BYTES) {
      await readBatch(engine, kind, batch)
      batch = []
      bytes = 0
    }
    batch.push({ file, layout })
    bytes += layout.bytes
  }
  if (batch.length > 0) await readBatch(engine, kind, batch)
}

/** What reading a file appends to. */
const STAGING_TABLES = [...RECORD_TABLES, 'page', 'cut_record', 'record_count'].map((table) => `raw.${table}`)

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

async function readBatch(engine: Engine, kind: SourceKind, batch: readonly LaidOut[]): Promise<void> {
  await engine.run('create or replace table raw.item (file_id integer, row_number bigint, doc json)')
  for (const group of pageGroups(batch)) {
    if (await readTogether(engine, group)) continue
    for (const { file, layout } of group) await readAlone(engine, file, layout)
  }
  await engine.run(
    `insert into raw.cut_record
     select file_id, count(*) from raw.item where contains(cast(doc as varchar), '"@{') group by file_id`,
  )
  await classifyItems(engine, kind)
  await engine.run('insert into raw.record_count select file_id, class, count(*) from raw.item group by file_id, class')
  if (kind === 'arm') await nestedExtensions(engine)
  for (const table of RECORD_TABLES) await takeFields(engine, table)
  await engine.run('drop table raw.item')
}

interface LaidOut {
  file: RecordFile
  layout: RecordLayout
}

/** The files of a batch, small ones with pages of the same form together, every other one alone. */
function pageGroups(batch: readonly LaidOut[]): LaidOut[][] {
  const groups: LaidOut[][] = []
  const open = new Map<string, { group: LaidOut[]; bytes: number }>()
  for (const one of batch) {
    const { page, shape, bytes, isGzip } = one.layout
    if (page?.form !== 'list' || shape !== 'values' || bytes > GROUP_BYTES) {
      groups.push([one])
      continue
    }
    const kind = JSON.stringify([page.key, isGzip])
    let at = open.get(kind)
    if (at === undefined || at.bytes + bytes > GROUP_BYTES) {
      at = { group: [], bytes: 0 }
      open.set(kind, at)
      groups.push(at.group)
    }
    at.group.push(one)
    at.bytes += bytes
  }
  return groups
}

/** Reads a group at once. False when it is no group, or when a file of it cannot be read: each is then tried by itself. */
async function readTogether(engine: Engine, group: readonly LaidOut[]): Promise<boolean> {
  const [first] = group
  if (first === undefined || group.length === 1 || first.layout.page?.form !== 'list') return false
  const largestValue = Math.max(...group.map(({ layout }) => layout.largestValue))
  const files = group.map(({ file }) => file)
  const { isGzip, page } = first.layout
  try {
    await readPagesOf(engine, files, page.key, { isGzip, largestValue })
    return true
  } catch {
    // Which file it is, and where it breaks, shows when each is read alone: the error is thrown again there. What the
    // attempt appended before it failed would be counted twice then.
    const ids = files.map(({ fileId }) => fileId).join(', ')
    await engine.run(`delete from raw.page where file_id in (${ids}); delete from raw.item where file_id in (${ids})`)
    return false
  }
}

async function readAlone(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<void> {
  try {
    await readItems(engine, file, layout)
  } catch (error) {
    const roomier = roomierLayout(layout, error)
    if (roomier === null) throw await brokenFile(file, layout, error)
    await readItems(engine, file, roomier)
  }
}

/** Appends the records of one file to `raw.item`. */
async function readItems(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<void> {
  if (layout.page !== null && (await readLargePage(engine, file, layout))) return
  if (layout.page !== null) return readPages(engine, file.fileId, layout.page, valueSql(file, layout))
  await engine.run(
    `insert into raw.item
     select ${file.fileId}, row_number() over (), case when json_type(doc) = 'OBJECT' then doc end
     from (${valueSql(file, layout)})`,
  )
}

/**
 * Reads a single page that is too large to be taken apart in memory, by way of a copy of its records. False when the
 * file is small or is no such page.
 */
async function readLargePage(engine: Engine, file: RecordFile, layout: RecordLayout): Promise<boolean> {
  if (layout.page?.form !== 'list' || layout.shape !== 'values' || layout.bytes <= LARGE_PAGE_BYTES) return false
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-'))
  try {
    const target = join(folder, 'records.json')
    const shell = await slicePage(file.absolutePath, layout.isGzip, layout.page.key, target)
    if (shell === null) return false
    const slice = { ...layout, shape: 'array', page: null, isGzip: false, largestValue: 32 << 20 } as const
    await readSlicedPage(engine, file.fileId, shell, valueSql({ ...file, absolutePath: target }, slice))
    return true
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Extensions that stand inside a machine's record become records of their own, under the machine's row number. */
async function nestedExtensions(engine: Engine): Promise<void> {
  const machines = `class in ('virtual-machine', 'scale-set-instance', 'arc-machine')`
  const nested = foldedPaths(['=resources'])
  const views = foldedPaths(['properties.instanceView.extensions'])
  const spelled = await spelledPaths(engine, machines, [...nested, ...views, 'id'])
  const idPaths: string[] = []
  const id = fieldSql(['=id'], spelled, idPaths)
  const listed = (folded: readonly string[]) => folded.flatMap((path) => spelled.get(path) ?? [])
  for (const path of listed(nested)) {
    await engine.run(
      `insert into raw.item (file_id, row_number, doc, class)
       select file_id, row_number, doc, 'extension'
       from (select file_id, row_number, unnest(json_extract(doc, ${sqlText(`${path}[*]`)})) as doc from raw.item where ${machines})
       where json_type(doc) = 'OBJECT' and regexp_matches(lower(cast(doc as varchar)), '/extensions/')`,
    )
  }
  for (const path of listed(views)) {
    await engine.run(
      `insert into raw.item (file_id, row_number, doc, class)
       select file_id, row_number, json_object('machine', ${id}, 'view', view), 'extension-view'
       from (select file_id, row_number, ${fieldListSql(idPaths)} as field,
                    unnest(json_extract(doc, ${sqlText(`${path}[*]`)})) as view from raw.item where ${machines})
       where json_type(view) = 'OBJECT'`,
    )
  }
}

async function takeFields(engine: Engine, table: RecordTable): Promise<void> {
  const fields: RecordFields = RECORD_FIELDS[table]
  const condition = `class in (${fields.classes.map(sqlText).join(', ')})`
  const [present] = await engine.rows(`select count(*) as records from raw.item where ${condition}`)
  if (present?.records === '0') return
  const columns = Object.entries(fields.columns)
  const spelled = await spelledPaths(
    engine,
    condition,
    columns.flatMap(([, paths]) => foldedPaths(paths)),
  )
  const paths: string[] = []
  const values = columns.map(([, candidates]) => fieldSql(candidates, spelled, paths))
  await engine.run(
    `insert into raw.${table}
     select file_id, row_number, class, ${values.join(', ')}
     from (select file_id, row_number, class, ${fieldListSql(paths)} as field from raw.item where ${condition})`,
  )
}
