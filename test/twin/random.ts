import fc from 'fast-check'
import { writeDisagreement } from './disagreement.ts'
import { rowsOfSpec } from './estate.ts'
import { estateSpec } from './estate_spec.ts'
import { listing } from './listing.ts'
import type { Estate } from './rows.ts'

/**
 * Lets a statement be tried on random estates. The smallest estate that breaks it is printed as a listing of its rows, and
 * written into a folder for reading.
 * `TWIN_RUNS` and `TWIN_SEED` set another number of estates and another beginning; statements that are given one seed are
 * tried on the same estates.
 */
export async function onRandomEstates(
  usualRuns: number,
  holds: (estate: Estate, chance: number) => Promise<void>,
  usualSeed?: number,
): Promise<void> {
  const numRuns = Number(process.env['TWIN_RUNS'] ?? usualRuns)
  const seed = process.env['TWIN_SEED'] ?? usualSeed
  const property = fc.asyncProperty(estateSpec.map(rowsOfSpec), fc.nat(), holds)
  const result = await fc.check(property, { numRuns, ...(seed === undefined ? {} : { seed: Number(seed) }) })
  if (!result.failed) return
  const cause = result.errorInstance
  const estate = result.counterexample?.[0]
  const words = cause instanceof Error ? cause.message : String(cause)
  throw new Error(
    [
      `seed ${result.seed}, an estate after ${result.numShrinks} reductions:`,
      estate === undefined ? '' : listing(estate),
      words,
      estate === undefined ? '' : `written to ${writeDisagreement(estate, words, result.seed)}`,
    ].join('\n'),
    { cause },
  )
}
