import { afterAll, beforeAll } from 'vitest'
import { openDuckDb } from '../../../src/engine/duckdb.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import type { LedgerChecks } from '../../../src/ledger/build.ts'
import { type Answers, answersOf, built } from '../../twin/builder.ts'
import type { Estate } from '../../twin/rows.ts'

/** Who builds a ledger in the place of the tests: mutants are tried on ledgers that were built once. */
export const instead: { of: ((estate: Estate) => Promise<Engine>) | null } = { of: null }

/**
 * One engine for the tests of a file; what it returns builds the ledger of a hand-made estate. The checks of what a user is
 * told take as long as all models: a test that asks for their findings says so.
 */
export function useLedger(): (made: { whole: Estate }, checks?: LedgerChecks) => Promise<Answers> {
  let engine: Engine
  beforeAll(async () => {
    engine = await openDuckDb({ threads: 1, memoryLimitMegabytes: 500 })
  })
  afterAll(() => engine.close())
  return async (made, checks = 'identities') =>
    instead.of === null ? built(engine, made, checks) : answersOf(await instead.of(made.whole))
}
