import fc from 'fast-check'
import { rowsOfSpec } from './estate.ts'
import { largeEstateSpec } from './estate_spec.ts'
import type { Estate } from './rows.ts'

const LEVELS = ['none', 'inferred', 'observed', 'assumed', undefined, 'none'] as const

/** Six estates of 36 machines each, always the same: what every change of a model is tried on. */
export function largeEstates(): Estate[] {
  return fc.sample(largeEstateSpec, { numRuns: LEVELS.length, seed: 20261001 }).map((spec, at) => {
    const level = LEVELS[at]
    return {
      ...rowsOfSpec(spec),
      ...(level === undefined ? {} : { minimumEvidence: level }),
      ...(at % 2 === 0 ? { controlTotals: CONTROL_TOTALS } : {}),
    }
  })
}

/** Of one currency that is on the bill, of one that may be, of one that is not. */
const CONTROL_TOTALS = [
  { currency: 'EUR', amount: '12.5' },
  { currency: 'EUR', amount: '0.25' },
  { currency: 'USD', amount: '3' },
  { currency: 'SEK', amount: '7.125' },
]
