import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { type Engine, type Row, sqlText } from '../../src/engine/engine.ts'
import { buildModel, modelText } from '../../src/engine/model.ts'
import {
  RECORD_MODELS,
  type RecordSpan,
  readRecords,
  recogniseRecords,
  recordFindings,
  recordSpan,
} from '../../src/normalise/records.ts'
import { emptyRelationSql, type NormaliseRelation } from '../../src/normalise/relations.ts'
import { packageRoot } from '../../src/package_root.ts'
import type { Finding, SourceKind } from '../../src/types.ts'

/** The moment that every file of a test run describes. */
export const SNAPSHOT_AT = '1793491200'

/** What record files become: their relations, spans and findings. */
export interface RecordRun {
  rows(relation: NormaliseRelation): Row[]
  spans: RecordSpan[]
  findings: Finding[]
  kinds: SourceKind[]
  /** Records per class over all files. */
  classes: Record<string, number>
}

/** Reads files that are given by name and content (text, or a value that is written as JSON). */
export async function readTexts(files: Readonly<Record<string, unknown>>): Promise<RecordRun> {
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-records-'))
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      const path = join(folder, name)
      mkdirSync(dirname(path), { recursive: true })
      const isRaw = typeof content === 'string' || Buffer.isBuffer(content)
      writeFileSync(path, isRaw ? content : JSON.stringify(content))
      return path
    })
    return await readPaths(paths)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads files where they lie. Files that are not recognised are left out, as in a run. */
export async function readPaths(paths: readonly string[]): Promise<RecordRun> {
  const engine = await openDuckDb({ threads: 1 })
  try {
    return await readWith(engine, paths)
  } finally {
    await engine.close()
  }
}

async function readWith(engine: Engine, paths: readonly string[]): Promise<RecordRun> {
  const files = paths.map((path, at) => ({
    fileId: at + 1,
    absolutePath: path,
    path: basename(path),
    kind: recogniseRecords(headOf(path), path)?.kind ?? ('unrecognised' as const),
  }))
  await readRecords(engine, files)
  await engine.run('create schema normalise')
  await engine.run(emptyRelationSql('source_file'))
  for (const file of files) {
    await engine.run(
      `insert into normalise.source_file (file_id, path, kind, snapshot_at)
       values (${file.fileId}, ${sqlText(file.path)}, ${sqlText(file.kind)}, ${SNAPSHOT_AT})`,
    )
  }
  const relations = new Map<string, Row[]>()
  for (const model of RECORD_MODELS) {
    const [schema, relation] = model.relation.split('.')
    if (schema !== 'normalise' || model.isView === true) await buildModel(engine, model)
    else {
      await engine.run(emptyRelationSql(relation as NormaliseRelation))
      await engine.run(`insert into ${model.relation} by name ${modelText(model.file)}`)
    }
    const columns = (await engine.describe(`select * from ${model.relation}`)).map((column) => column.name)
    const order = columns.map((_, at) => at + 1).join(', ')
    relations.set(String(relation), await engine.rows(`select * from ${model.relation} order by ${order}`))
  }
  const counts = await engine.rows(
    'select class, sum(record_count) as records from raw.record_count group by class order by class',
  )
  return {
    rows: (relation) => relations.get(relation) ?? [],
    spans: await recordSpan(engine),
    findings: await recordFindings(engine),
    kinds: files.map((file) => file.kind),
    classes: Object.fromEntries(counts.map((row) => [String(row.class), Number(row.records)])),
  }
}

/** The first 64 KB of a file's text, unzipped and without byte order mark. */
export function headOf(path: string): string {
  const raw = readFileSync(path)
  const text = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }) : raw
  return text
    .subarray(0, 65536)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}

/** `../shared/data` beside the checkout; real files are read only where it exists. */
export const sharedData = join(packageRoot, '../shared/data')
