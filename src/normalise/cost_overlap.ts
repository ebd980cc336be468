import type { Engine, Row } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import type { CostInput } from './cost_reading.ts'
import { openCostLines } from './cost_source.ts'

/**
 * Throws when one month was exported twice: two layouts of columns over the same days of a subscription, or two exports
 * that hold the same lines. Exports that share days but no lines (parts cut by hand) stay, with a finding. Leaves the
 * shared days in `raw.cost_overlap`.
 */
export async function assertNoDoubleExport(engine: Engine, inputs: readonly CostInput[]): Promise<void> {
  await engine.run(`create or replace table raw.cost_overlap as ${modelText('src/normalise/cost_overlap.sql')}`)
  const pairs = await engine.rows('select * from raw.cost_overlap order by run_a, run_b, subscription')
  const twoLayouts = pairs.find(
    (pair) =>
      pair['schema_a'] !== pair['schema_b'] &&
      pair['subscription'] !== '' &&
      (Number(pair['shared_days']) > 1 || pair['shared_days'] === pair['fewest_days']),
  )
  if (twoLayouts !== undefined) throw exportedTwice(twoLayouts, inputs)
  const alike = pairs.filter((pair) => pair['schema_a'] === pair['schema_b'])
  if (alike.length === 0) return
  await fingerprint(engine, inputs, new Set(alike.flatMap((pair) => [pair['run_a'], pair['run_b']])))
  const [same] = await engine.rows(modelText('src/normalise/cost_same_line.sql'))
  if (same !== undefined) throw sameLines(same, inputs)
}

async function fingerprint(engine: Engine, inputs: readonly CostInput[], runs: ReadonlySet<unknown>): Promise<void> {
  const select = modelText('src/normalise/cost_print.sql')
  await engine.run(`create or replace table raw.cost_print as select * from (${select}) limit 0`)
  for (const { source, run } of inputs) {
    if (!runs.has(run.runId)) continue
    await openCostLines(engine, [source])
    await engine.run(`insert into raw.cost_print ${select}`)
  }
}

function exportedTwice(pair: Row, inputs: readonly CostInput[]): HourwiseError {
  return new HourwiseError(EXIT.input, 'the same days were exported in two versions', {
    where: fileOf(pair['run_a'], inputs),
    details: [
      `${String(pair['schema_a']).padEnd(10)}   ${fileOf(pair['run_a'], inputs)}`,
      `${String(pair['schema_b']).padEnd(10)}   ${fileOf(pair['run_b'], inputs)}`,
      `shared days  ${pair['shared_days']}, ${pair['first_day']} to ${pair['last_day']}`,
      `subscription ${pair['subscription']}`,
    ],
    next: 'Every charge would count twice. Keep one of the two in the folder.',
  })
}

function sameLines(pair: Row, inputs: readonly CostInput[]): HourwiseError {
  return new HourwiseError(EXIT.input, 'two cost files hold the same lines', {
    where: fileOf(pair['run_a'], inputs),
    details: [
      `first        ${fileOf(pair['run_a'], inputs)}`,
      `second       ${fileOf(pair['run_b'], inputs)}`,
      `same lines   ${pair['same_lines']}, ${pair['first_day']} to ${pair['last_day']}`,
    ],
    next: "Every charge would count twice. Keep the later file, or add each export's manifest.json: then the newest run counts.",
  })
}

function fileOf(runId: unknown, inputs: readonly CostInput[]): string {
  return inputs.find((input) => input.run.runId === runId)?.source.file.path ?? ''
}
