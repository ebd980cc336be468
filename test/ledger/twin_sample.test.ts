import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { builtLines, differences, twinLines } from '../twin/compare.ts'
import { largeEstates } from '../twin/large.ts'
import { buildLedgerOf, loadRows } from '../twin/load.ts'
import type { Estate } from '../twin/rows.ts'
import { sampleEstate } from '../twin/sample.ts'
import { twinOf } from '../twin/twin.ts'

const patient = { timeout: 600_000 }
let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 1000 })
})
afterAll(() => engine.close())

async function disagreement(estate: Estate): Promise<string> {
  await buildLedgerOf(engine, estate)
  return differences(await builtLines(engine), twinLines(twinOf(estate)))
}

it('the ledger and its slow twin agree on estates of many machines', patient, async () => {
  const estates = largeEstates()
  expect(estates.length).toBe(6)
  for (const estate of estates) {
    await loadRows(engine, estate.rows)
    expect(await disagreement(estate)).toBe('')
  }
})

it('the ledger and its slow twin agree on the whole sample estate', patient, async () => {
  await engine.run('drop schema if exists normalise cascade')
  expect(await disagreement(await sampleEstate(engine))).toBe('')
})
