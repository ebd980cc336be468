import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { builtLines, differences, twinLines } from '../twin/compare.ts'
import { anyEstate } from '../twin/estate.ts'
import { listing } from '../twin/listing.ts'
import { loadRows } from '../twin/load.ts'
import type { Estate } from '../twin/rows.ts'
import { twinOf } from '../twin/twin.ts'

/** How many random estates a run looks at; `TWIN_RUNS` and `TWIN_SEED` set another number and another beginning. */
const runs = Number(process.env['TWIN_RUNS'] ?? 60)
const seed = process.env['TWIN_SEED'] === undefined ? undefined : Number(process.env['TWIN_SEED'])

let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 500 })
})
afterAll(() => engine.close())

async function disagreement(estate: Estate): Promise<string> {
  await loadRows(engine, estate.rows)
  await buildLedger(engine, { fromDay: estate.fromDay, untilDay: estate.untilDay })
  return differences(await builtLines(engine), twinLines(twinOf(estate)))
}

describe('the ledger and its slow twin', () => {
  it('agree row by row on random estates', { timeout: 600_000 }, async () => {
    const property = fc.asyncProperty(anyEstate, async (estate) => {
      expect(await disagreement(estate)).toBe('')
    })
    const result = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) })
    if (!result.failed) return
    const estate = result.counterexample?.[0]
    const words =
      estate === undefined ? '' : `${listing(estate)}\n- the ledger has, + the twin has\n${await said(estate)}`
    expect.fail(`seed ${result.seed}, estate after ${result.numShrinks} reductions:\n${words}`)
  })
})

/** The disagreement in words, or the error that the ledger ends with. */
async function said(estate: Estate): Promise<string> {
  try {
    return await disagreement(estate)
  } catch (cause) {
    return String(cause)
  }
}
