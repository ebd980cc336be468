import { afterAll, beforeAll } from 'vitest'
import { openDuckDb } from '../../../src/engine/duckdb.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { built } from '../../twin/builder.ts'
import type { Estate } from '../../twin/rows.ts'

/** Every estate that a test has built so far, in order: mutants are tried only where one of them can matter. */
export const builtEstates: Estate[] = []

/** One engine for the tests of a file; what it returns builds the ledger of a hand-made estate. */
export function useLedger(): (made: { whole: Estate }) => ReturnType<typeof built> {
  let engine: Engine
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 500 })
  })
  afterAll(() => engine.close())
  return (made) => {
    builtEstates.push(made.whole)
    return built(engine, made)
  }
}
