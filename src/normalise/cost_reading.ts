import type { Engine } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import { assertAmounts, assertCurrencies } from './cost_amount.ts'
import { assertOneDataset, type CostDataset, decideDataset } from './cost_dataset.ts'
import { assertDates } from './cost_date.ts'
import { assertNoDoubleExport } from './cost_overlap.ts'
import { assertAllRead, assertNotCut, brokenCostFile } from './cost_problem.ts'
import type { CostRun } from './cost_run.ts'
import { type CostSource, costSource, openCostLines, openNoCostLines, stageCostLines } from './cost_source.ts'
import { addCostLines, COST_CHARGES, keptWords, openCostWords } from './cost_words.ts'
import type { CsvShape } from './csv_shape.ts'
import { assertPartComplete } from './manifest.ts'
import type { KeptReading, ReadingCache } from './reading_cache.ts'
import type { SourceFile } from './source_file.ts'
import type { SourceHead } from './source_head.ts'

interface OpenedCost {
  source: CostSource
  run: CostRun
}

/** A cost file that counts, with what was decided of it. */
export interface CostInput extends OpenedCost {
  dataset: CostDataset
}

/**
 * Reads the cost files of the runs that count into the tables of `openCostWords`, and leaves `raw.cost_day` (sums per
 * day as written) and `raw.cost_input` (one row per file) behind. A CSV is read once, Parquet several times but each time
 * only the columns in question: for the sums, on which all is decided that must hold of every line, and for the words and
 * the amounts of the lines the ledger needs. None holds foreign lines in memory.
 * Throws HourwiseError for anything that would make a sum wrong.
 */
export async function readCosts(
  engine: Engine,
  runs: readonly CostRun[],
  known: { heads: ReadonlyMap<SourceFile, SourceHead>; shapes: ReadonlyMap<SourceFile, CsvShape> },
  onFile: (file: SourceFile) => void,
  cache?: ReadingCache,
): Promise<void> {
  await engine.run('create schema if not exists raw')
  await openNoCostLines(engine)
  await engine.run(
    `create or replace table raw.cost_day as select * from (${modelText('src/normalise/cost_day.sql')}) limit 0`,
  )
  await engine.run(
    `create or replace table raw.cost_input (file_id integer, path varchar, run_id integer, dataset varchar,
       dataset_evidence varchar, schema_name varchar, family varchar, is_counted boolean, has_next boolean)`,
  )
  await openCostWords(engine)
  const opened: OpenedCost[] = []
  for (const run of runs) {
    for (const file of run.files) {
      if (file.supersededBy !== null) continue
      const source = await costSource(engine, file, known.heads.get(file) as SourceHead)
      assertNotCut(source, known.shapes.get(file))
      opened.push({ source, run })
    }
  }
  const inputs: CostInput[] = []
  for (const group of groupsOf(opened)) {
    const settled = async ({ source, run }: OpenedCost): Promise<void> => {
      await settle(engine, source, run, known.shapes.get(source.file))
      const input = { source, run, dataset: await decideDataset(engine, source, run) }
      await engine.insert('raw.cost_input', [inputRow(input)])
      inputs.push(input)
    }
    await readGroup(engine, group, settled, cache)
    for (const { source } of group) onFile(source.file)
  }
  await openNoCostLines(engine)
  assertOneDataset(inputs)
  await assertNoDoubleExport(engine, inputs)
  await openNoCostLines(engine)
}

/** Files of one layout are read together up to this size: planning a statement costs as much as reading a small file. */
const GROUP_BYTES = 512 * 1024 * 1024

/** How many times larger a gzip is when it is unpacked, roughly. */
const GZIP_RATIO = 10

/** Neighbours of one run and layout together, every other file alone. */
function groupsOf(inputs: readonly OpenedCost[]): OpenedCost[][] {
  const groups: OpenedCost[][] = []
  let layout: string | null = null
  let bytes = 0
  for (const input of inputs) {
    const own = layoutOf(input)
    const size = input.source.file.bytes * (input.source.isGzip ? GZIP_RATIO : 1)
    if (own !== null && own === layout && bytes + size <= GROUP_BYTES) groups.at(-1)?.push(input)
    else {
      groups.push([input])
      bytes = 0
    }
    layout = own
    bytes += size
  }
  return groups
}

/** What must be the same of files that are read together; null: an API answer, which is read alone. */
function layoutOf({ source, run }: OpenedCost): string | null {
  const { container, names, types, delimiter, isGzip } = source
  return container === 'JSON' ? null : JSON.stringify([run.runId, container, names, types, delimiter, isGzip])
}

type Settled = (input: OpenedCost) => Promise<void>

/**
 * Brings the sums of a group into `raw.cost_day`, has each file `settled` on them, and then brings its lines: both as
 * they were read before, where the cache has them.
 */
async function readGroup(
  engine: Engine,
  group: readonly OpenedCost[],
  settled: Settled,
  cache: ReadingCache | undefined,
): Promise<void> {
  const inputs = group.map(({ source }) => source.file)
  const bytes = inputs.reduce((sum, file) => sum + file.bytes, 0)
  if (cache === undefined || bytes < cache.leastBytes) return readGroupAnew(engine, group, settled)
  const sums = { inputs, settings: ['cost_day'], tables: ['raw.cost_day'] }
  const lines: KeptReading = { inputs, settings: ['cost_line'], tables: [COST_CHARGES], shared: keptWords(engine) }
  if (await cache.take(engine, sums)) {
    for (const input of group) await settled(input)
    if (await cache.take(engine, lines)) return
    await readLines(engine, group)
  } else {
    await readGroupAnew(engine, group, settled)
    await cache.keep(engine, sums)
  }
  await cache.keep(engine, lines)
}

/**
 * Which file of a group cannot be read shows when each is read alone: nothing was appended then, as a statement is done
 * whole or not.
 */
async function readGroupAnew(engine: Engine, group: readonly OpenedCost[], settled: Settled): Promise<void> {
  const [first] = group.map(({ source }) => source) as [CostSource]
  try {
    await guarded(first, async () => {
      await openGroup(engine, group)
      await engine.run(`insert into raw.cost_day ${modelText('src/normalise/cost_day.sql')}`)
    })
  } catch (cause) {
    if (group.length === 1) throw cause
    for (const input of group) await readGroupAnew(engine, [input], settled)
    return
  }
  for (const input of group) await settled(input)
  await guarded(first, () => addCostLines(engine))
}

/** The lines alone, of a group whose sums are known. */
async function readLines(engine: Engine, group: readonly OpenedCost[]): Promise<void> {
  const [first] = group.map(({ source }) => source) as [CostSource]
  await guarded(first, async () => {
    await openGroup(engine, group)
    await addCostLines(engine)
  })
}

async function openGroup(engine: Engine, group: readonly OpenedCost[]): Promise<void> {
  const sources = group.map(({ source }) => source)
  const [first] = sources as [CostSource]
  await (first.container === 'CSV' ? stageCostLines(engine, sources) : openCostLines(engine, sources))
}

/** Throws unless the sums of a file hold together; notes its rows and days. */
async function settle(engine: Engine, source: CostSource, run: CostRun, shape: CsvShape | undefined): Promise<void> {
  const { file } = source
  const [counted] = await engine.rows(
    `select cast(coalesce(sum(line_count), 0) as bigint) as line_count from raw.cost_day where file_id = ${file.fileId}`,
  )
  file.rowCount = String(counted?.['line_count'])
  assertAllRead(source, shape, Number(file.rowCount))
  const part = run.manifest?.parts.find((candidate) => candidate.file === file)
  if (run.manifest !== null && part !== undefined) assertPartComplete(run.manifest, part, Number(file.rowCount))
  await assertAmounts(engine, source)
  await assertCurrencies(engine, source)
  await assertDates(engine, source)
  const [span] = await engine.rows(
    `select day_at(min(export_day(charge_date))) as first_at, day_at(max(export_day(charge_date))) + 86399 as last_at
     from raw.cost_day where file_id = ${file.fileId}`,
  )
  file.firstAt = span?.['first_at'] == null ? null : String(span['first_at'])
  file.lastAt = span?.['last_at'] == null ? null : String(span['last_at'])
}

async function guarded(source: CostSource, read: () => Promise<void>): Promise<void> {
  try {
    await read()
  } catch (cause) {
    throw brokenCostFile(source, cause)
  }
}

function inputRow({ source, run, dataset }: CostInput) {
  const part = run.manifest?.parts.find((candidate) => candidate.file === source.file)
  return [
    source.file.fileId,
    source.file.path,
    run.runId,
    dataset.name,
    dataset.evidence,
    source.schema.name,
    source.schema.family,
    part?.rowCount != null,
    source.table?.hasNext ?? false,
  ]
}
