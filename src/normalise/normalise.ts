import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../engine/engine.ts'
import { type BuiltModel, buildModel } from '../engine/model.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { packageRoot } from '../package_root.ts'
import type { Finding } from '../types.ts'
import { COST_CHECKS, COST_TRUNCATION_CHECKS } from './cost_finding.ts'
import { firstRecord } from './cost_header.ts'
import { readCosts } from './cost_reading.ts'
import { type CostRun, costRuns, supersede } from './cost_run.ts'
import type { CsvShape } from './csv_shape.ts'
import { assertPartsPresent, type CostManifest, findParts, readManifest } from './manifest.ts'
import type { ReadingCache } from './reading_cache.ts'
import { openReadingWork, type ReadingProgress } from './reading_work.ts'
import { recognise } from './recognise.ts'
import { findCopies, findingsOfCopies, listCopies } from './record_copy.ts'
import { TRUNCATION_CHECKS } from './record_finding.ts'
import {
  holdRecords,
  type OnRead,
  RECORD_MODELS,
  readRecords,
  readRecordsOnce,
  recordFindings,
  recordSpan,
} from './records.ts'
import { emptyRelationSql, NORMALISE_RELATIONS, type NormaliseRelation } from './relations.ts'
import { readCollection, setStatedTimes, setTimesOfContent } from './snapshot_time.ts'
import type { FoundFile, SourceFile, UnrecognisedFile } from './source_file.ts'
import { filesOfFolder } from './source_folder.ts'
import { fileProof, isCsv, type SourceHead } from './source_head.ts'

export interface NormaliseOptions {
  onProgress?: (progress: ReadingProgress) => void
  /** Paths that are not read though they lie in the folder, such as the output folder. */
  ignore?: readonly string[]
  /** Where what is read is kept, and taken from when the same files are read again; none: all is read. */
  cache?: ReadingCache
}

export interface Normalised {
  /** Every file that was recognised, in the order of `fileId`. */
  files: SourceFile[]
  unrecognised: UnrecognisedFile[]
  findings: Finding[]
}

interface Recognised {
  files: SourceFile[]
  unrecognised: UnrecognisedFile[]
  heads: Map<SourceFile, SourceHead>
}

/** Relations that come from cost exports and from the list of files. */
const OWN_MODELS: readonly BuiltModel[] = [
  { relation: 'normalise.source_file', file: 'src/normalise/source_file.sql' },
  { relation: 'normalise.cost_kind', file: 'src/normalise/cost_kind.sql' },
  { relation: 'normalise.cost_resource', file: 'src/normalise/cost_resource.sql' },
  // views: a line with all its words is ten times as large as its amounts
  { relation: 'normalise.cost_charge', file: 'src/normalise/cost_charge.sql', isView: true },
  { relation: 'normalise.cost_line', file: 'src/normalise/cost_line.sql', isView: true },
  { relation: 'normalise.cost_total', file: 'src/normalise/cost_total.sql' },
]

/**
 * Reads a folder of exports into schema `normalise`: afterwards every relation of `relations.ts` exists. Nothing outside
 * the folder is read and nothing is written. Throws HourwiseError for a folder without any source and for a source that
 * is broken; what is merely incomplete comes back as findings.
 */
export async function normalise(engine: Engine, folder: string, options: NormaliseOptions = {}): Promise<Normalised> {
  const found = filesOfFolder(folder, options.ignore)
  const work = openReadingWork(found, options.onProgress)
  const { files, unrecognised, heads } = await recogniseAll(engine, folder, found, work.recognised)
  const runs = await exportRuns(files)
  work.toRead(files)
  const shapes = new Map<SourceFile, CsvShape>()
  for (const file of files) {
    const head = heads.get(file) as SourceHead
    const proof = await fileProof(file, head.encoding, file.kind === 'cost' && isCsv(head), options.cache?.proofs)
    file.sha256 = proof.sha256
    if (proof.csv !== null) shapes.set(file, proof.csv)
    work.proved(file)
  }
  const collections = await Promise.all(files.filter((file) => file.kind === 'collection').map(readCollection))
  const timeFindings = setStatedTimes(files, collections.flat())
  const copies = findCopies(files)
  work.read(copies)
  await engine.run('create schema if not exists raw')
  await engine.run('create schema if not exists normalise')
  // of a cost export alone no relation of records is planned only to be empty
  const hasRecords = holdRecords(files)
  const spanned = hasRecords ? await readRecordSources(engine, files, copies, work.read, options.cache) : []
  timeFindings.push(...setTimesOfContent(files))
  await loadHourUnits(engine)
  await readCosts(engine, runs, { heads, shapes }, (file) => work.read([file]), options.cache)
  await fillSourceFiles(engine, files)
  for (const model of hasRecords ? [...OWN_MODELS, ...RECORD_MODELS] : OWN_MODELS) await buildModel(engine, model)
  await createMissing(engine)
  const costFindings = await recordFindings(engine, COST_CHECKS)
  const cut = new Set(costFindings.filter(({ check }) => COST_TRUNCATION_CHECKS.includes(check)).map((f) => f.subject))
  for (const file of files) if (cut.has(file.path)) file.isTruncated = true
  await fillSourceFiles(engine, files)
  await buildModel(engine, { relation: 'normalise.source_file', file: 'src/normalise/source_file.sql' })
  return { files, unrecognised, findings: [...timeFindings, ...costFindings, ...spanned] }
}

async function recogniseAll(
  engine: Engine,
  folder: string,
  found: ReturnType<typeof filesOfFolder>,
  onFile: (file: FoundFile) => void,
): Promise<Recognised> {
  const result: Recognised = { files: [], unrecognised: [], heads: new Map() }
  for (const candidate of found) {
    const what = await recognise(engine, candidate)
    onFile(candidate)
    if (what.kind === 'unrecognised') {
      result.unrecognised.push({ path: candidate.path, reason: what.reason })
      continue
    }
    const file: SourceFile = {
      ...candidate,
      fileId: result.files.length + 1,
      kind: what.kind,
      form: what.form,
      sha256: '',
      rowCount: null,
      snapshotAt: null,
      snapshotEvidence: null,
      firstAt: null,
      lastAt: null,
      isTruncated: false,
      supersededBy: null,
    }
    result.files.push(file)
    // the heads of thousands of pages would be half a gigabyte: only cost files are looked into again
    result.heads.set(file, what.kind === 'cost' ? what.head : { ...what.head, text: '' })
  }
  const hasSource = result.files.some(({ kind }) => !['config', 'collection', 'cost-manifest'].includes(kind))
  if (!hasSource) throw nothingRecognised(folder, result)
  return result
}

function nothingRecognised(folder: string, { files, unrecognised }: Recognised): HourwiseError {
  const shown = unrecognised.slice(0, 10).map(({ path, reason }) => `${path}   ${reason}`)
  const more = unrecognised.length - shown.length
  return new HourwiseError(EXIT.input, 'no file of the folder is recognised', {
    where: folder,
    details:
      unrecognised.length + files.length === 0
        ? ['the folder is empty']
        : [
            ...shown,
            ...(more > 0 ? [`and ${more} more`] : []),
            ...files.map(({ path, form }) => `${path}   only a ${form}`),
          ],
    next: 'Put a Cost Management export (CSV or Parquet) into it; the README says how to make one.',
  })
}

async function readRecordSources(
  engine: Engine,
  files: readonly SourceFile[],
  copies: readonly SourceFile[],
  onRead: OnRead,
  cache: ReadingCache | undefined,
): Promise<Finding[]> {
  const counted = files.filter((file) => file.supersededBy === null)
  await (cache === undefined ? readRecords(engine, counted, onRead) : readRecordsOnce(engine, counted, cache, onRead))
  await listCopies(engine, copies)
  const byId = new Map(files.map((file) => [file.fileId, file]))
  for (const span of await recordSpan(engine)) {
    const file = byId.get(span.file_id)
    if (file === undefined) continue
    file.rowCount = span.row_count
    file.firstAt = span.first_at
    file.lastAt = span.last_at
    file.isTruncated = span.is_truncated
  }
  for (const copy of copies) {
    const { firstAt, lastAt } = byId.get(copy.supersededBy ?? copy.fileId) ?? copy
    Object.assign(copy, { firstAt, lastAt })
  }
  const findings = [...(await recordFindings(engine)), ...findingsOfCopies(copies, byId)]
  const cut = new Set(findings.filter(({ check }) => TRUNCATION_CHECKS.includes(check as never)).map((f) => f.subject))
  for (const file of files) if (cut.has(file.path)) file.isTruncated = true
  return findings
}

async function exportRuns(files: readonly SourceFile[]): Promise<CostRun[]> {
  const costs = files.filter((file) => file.kind === 'cost')
  const manifests = await Promise.all(files.filter((file) => file.kind === 'cost-manifest').map(readManifest))
  findParts(manifests, costs)
  const runs = costRuns(costs, manifests)
  supersede(runs)
  for (const manifest of manifests) {
    const run = runs.find((candidate) => candidate.manifest === manifest)
    if (run?.files.some((file) => file.supersededBy !== null)) countSuperseded(manifest)
    else assertPartsPresent(manifest)
    manifest.file.rowCount = String(manifest.parts.length)
  }
  return runs
}

/** Lines of a run that a later one replaces are not read; their number is the one the manifest gives. */
function countSuperseded(manifest: CostManifest): void {
  for (const part of manifest.parts) {
    if (part.file !== null && part.rowCount !== null) part.file.rowCount = String(part.rowCount)
  }
}

async function loadHourUnits(engine: Engine): Promise<void> {
  const lines = readFileSync(join(packageRoot, 'src/normalise/hour_unit.csv'), 'utf8').trim().split('\n').slice(1)
  await engine.run('create or replace table raw.hour_unit (unit varchar)')
  await engine.insert(
    'raw.hour_unit',
    lines.map((line) => [firstRecord(line, ',')[0] ?? '']),
  )
  const meters = readFileSync(join(packageRoot, 'src/normalise/meter_unit.csv'), 'utf8').trim().split('\n').slice(1)
  await engine.run('create or replace table raw.meter_unit (meter varchar, unit varchar)')
  await engine.insert(
    'raw.meter_unit',
    meters.map((line) => firstRecord(line, ',').slice(0, 2)),
  )
}

async function fillSourceFiles(engine: Engine, files: readonly SourceFile[]): Promise<void> {
  await engine.run(
    `create or replace table raw.source_file (file_id integer, path varchar, kind varchar, form varchar, sha256 varchar,
       bytes bigint, row_count bigint, snapshot_at bigint, snapshot_evidence varchar, first_at bigint, last_at bigint,
       is_truncated boolean, superseded_by integer)`,
  )
  await engine.insert(
    'raw.source_file',
    files.map((file) => [
      file.fileId,
      file.path,
      file.kind,
      file.form,
      file.sha256,
      file.bytes,
      file.rowCount,
      file.snapshotAt,
      file.snapshotEvidence,
      file.firstAt,
      file.lastAt,
      file.isTruncated,
      file.supersededBy,
    ]),
  )
}

async function createMissing(engine: Engine): Promise<void> {
  const rows = await engine.rows("select table_name from information_schema.tables where table_schema = 'normalise'")
  const present = new Set(rows.map((row) => row['table_name']))
  for (const relation of Object.keys(NORMALISE_RELATIONS) as NormaliseRelation[]) {
    if (!present.has(relation)) await engine.run(emptyRelationSql(relation))
  }
}
