import type { Engine } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import type { CostInput } from './cost_reading.ts'
import type { CostRun } from './cost_run.ts'
import type { CostSource } from './cost_source.ts'

/** Which of the cost datasets a file is, and what says so. */
export interface CostDataset {
  name: 'actual' | 'amortized' | 'usage' | 'focus'
  evidence: 'manifest' | 'columns' | 'lines' | 'name' | 'none'
}

/**
 * Decides the dataset of a file whose sums were read. Actual and amortised exports have the same columns: the manifest
 * tells them apart, else lines that only one of them can have (a purchase of a commitment; usage that carries its share
 * of one, or an unused share), else the path. Where nothing tells, no line differs and `actual` is taken.
 */
export async function decideDataset(engine: Engine, source: CostSource, run: CostRun): Promise<CostDataset> {
  if (source.schema.family === 'focus') return { name: 'focus', evidence: 'columns' }
  const stated = { actualcost: 'actual', amortizedcost: 'amortized', usage: 'usage' } as const
  const type = run.manifest?.type
  if (type !== undefined && type in stated) {
    return { name: stated[type as keyof typeof stated], evidence: 'manifest' }
  }
  const [lines] = await engine.rows(
    `select coalesce(sum(purchase_lines), 0) > 0 as purchased, coalesce(sum(amortised_lines), 0) > 0 as amortised
     from raw.cost_day where file_id = ${source.file.fileId}`,
  )
  if (lines?.['purchased'] === true) return { name: 'actual', evidence: 'lines' }
  if (lines?.['amortised'] === true) return { name: 'amortized', evidence: 'lines' }
  if (/amorti[sz]ed/i.test(source.file.path)) return { name: 'amortized', evidence: 'name' }
  if (['pay-as-you-go', 'usage details', 'cost query'].includes(source.schema.name)) {
    return { name: 'usage', evidence: 'columns' }
  }
  return { name: 'actual', evidence: /actual/i.test(source.file.path) ? 'name' : 'none' }
}

/** Throws when actual and amortised cost stand side by side: commitments would count twice. */
export function assertOneDataset(inputs: readonly CostInput[]): void {
  const of = (name: CostDataset['name']) => inputs.filter((input) => input.dataset.name === name)
  const [actual, amortised] = [of('actual'), of('amortized')]
  const [first, second] = [actual[0], amortised[0]]
  if (first === undefined || second === undefined) return
  const files = (list: readonly CostInput[]) => `${list.length} ${list.length === 1 ? 'file' : 'files'}`
  throw new HourwiseError(EXIT.input, 'actual and amortised cost are mixed in one folder', {
    where: first.source.file.path,
    details: [
      `actual      ${first.source.file.path}   (${files(actual)})`,
      `amortised   ${second.source.file.path}   (${files(amortised)})`,
    ],
    next: 'Reservations and pre-purchase plans would count twice. Keep one of the two kinds in the folder.',
  })
}
