import { type Engine, sqlText } from '../engine/engine.ts'
import type { SourceKind } from '../types.ts'
import { classifyItems } from './record_class.ts'
import { RECORD_FIELDS, RECORD_TABLES, type RecordFields, type RecordTable } from './record_field.ts'
import { brokenFile, type RecordFile, type RecordLayout, recordLayout } from './record_file.ts'
import { readPages } from './record_page.ts'
import { fieldListSql, fieldSql, foldedPaths, spelledPaths } from './record_path.ts'

/** Files are read in batches of about this size, so that the raw JSON of a year of snapshots is never held at once. */
const BATCH_BYTES = 192 * 1024 * 1024

/**
 * Fills the staging tables: `raw.<relation>` (file_id, row_number, class and the text columns of `RECORD_FIELDS`),
 * `raw.page` (what pages say of themselves), `raw.record_count` (records per file and class),
 * `raw.cut_record` (records that PowerShell cut) and `raw.record_file`. The JSON itself is
 * dropped as soon as its fields are taken.
 */
export async function readRecordFiles(engine: Engine, files: readonly RecordFile[]): Promise<void> {
  await createStaging(engine)
  await engine.insert(
    'raw.record_file',
    files.map((file) => [file.fileId, file.path, file.kind]),
  )
  for (const kind of new Set(files.map((file) => file.kind))) {
    const ofKind = files.filter((file) => file.kind === kind).sort((a, b) => a.fileId - b.fileId)
    let batch: { file: RecordFile; layout: RecordLayout }[] = []
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
}

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

async function readBatch(
  engine: Engine,
  kind: SourceKind,
  batch: readonly { file: RecordFile; layout: RecordLayout }[],
): Promise<void> {
  await engine.run('create or replace table raw.item (file_id integer, row_number bigint, doc json)')
  for (const { file, layout } of batch) {
    try {
      if (layout.page !== null) await readPages(engine, file.fileId, layout.page, valueSql(file, layout))
      else {
        await engine.run(
          `insert into raw.item
           select ${file.fileId}, row_number() over (), case when json_type(doc) = 'OBJECT' then doc end
           from (${valueSql(file, layout)})`,
        )
      }
    } catch (error) {
      throw await brokenFile(file, layout, error)
    }
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

/** One row per top-level JSON value of a file, or per line of a CSV, as column `doc`. */
function valueSql(file: RecordFile, layout: RecordLayout): string {
  const path = sqlText(file.absolutePath)
  const compression = sqlText(layout.isGzip ? 'gzip' : 'uncompressed')
  if (layout.shape === 'csv') {
    const names = layout.columns
    const columns = names.map((_, at) => `'c${at}': 'VARCHAR'`).join(', ')
    const members = names.map((name, at) => `${sqlText(name)}, ${cellSql(`c${at}`)}`).join(', ')
    return `select json_object(${members}) as doc
            from read_csv(${path}, columns = {${columns}}, auto_detect = false, header = true, delim = '${layout.delimiter}', quote = '"',
              escape = '"', strict_mode = true, null_padding = false, ignore_errors = false, parallel = false,
              max_line_size = 33554432, compression = ${compression})`
  }
  const format = { array: 'array', lines: 'newline_delimited', values: 'unstructured' }[layout.shape]
  return `select json as doc from read_json_objects(${path}, format = '${format}', compression = ${compression},
            maximum_object_size = ${layout.largestValue})`
}

/** A CSV cell as JSON: nested objects stand in cells as text; an empty cell and the word null are no value. */
function cellSql(column: string): string {
  return `case when ${column} is null or trim(${column}) = '' or lower(${column}) = 'null' then cast(null as json)
    when left(ltrim(${column}), 1) in ('{', '[') and json_valid(${column}) then cast(${column} as json)
    else to_json(${column}) end`
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
