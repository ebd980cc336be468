import fc from 'fast-check'
import { rowsOfSpec } from './estate.ts'
import { largeEstateSpec } from './estate_spec.ts'
import type { Estate } from './rows.ts'

/** Six estates of 36 machines each, always the same: what every change of a model is tried on. */
export function largeEstates(): Estate[] {
  return fc.sample(largeEstateSpec, { numRuns: 6, seed: 20261001 }).map(rowsOfSpec)
}
