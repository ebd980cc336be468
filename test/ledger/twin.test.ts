import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { builtLines, differences, twinLines } from '../twin/compare.ts'
import { buildLedgerOf, loadRows } from '../twin/load.ts'
import { onRandomEstates } from '../twin/random.ts'
import { twinOf } from '../twin/twin.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 500 })
})
afterAll(() => engine.close())

describe('the ledger and its slow twin', () => {
  it('agree row by row on random estates', { timeout: 3_600_000 }, () =>
    onRandomEstates(60, async (estate) => {
      await loadRows(engine, estate.rows)
      await buildLedgerOf(engine, estate)
      const unlike = differences(await builtLines(engine), twinLines(twinOf(estate)))
      expect(unlike, `- the ledger has, + the twin has\n${unlike}`).toBe('')
    }),
  )
})
