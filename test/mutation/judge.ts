import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../src/engine/engine.ts'
import { readChecks, runChecks } from '../../src/engine/model.ts'
import { packageRoot } from '../../src/package_root.ts'
import { instead } from '../ledger/edge_cases/engine.ts'
import { largeEstates } from '../twin/large.ts'
import type { Estate } from '../twin/rows.ts'
import { type EstateCase, effectOn, openCase, tryOn } from './estate_case.ts'
import { type Built, type HandMade, handMade, loadTests, rejectByHand } from './hand_made.ts'
import { isReason } from './stage.ts'

/** The tests of a stage, ready to be asked about one change after the other. */
export interface Judge {
  /** Why the tests reject a ledger with this text in place of a model; null when none of them notices. */
  reject(model: { relation: string; file: string }, text: string): Promise<string | null>
  close(): Promise<void>
}

const HAND_MADE = 'test/ledger/edge_cases'

/**
 * Builds each estate once, when a change first comes to it: the large random ones, those of the edge cases. A
 * change is tried on these, where only what lies behind it is built anew; the test of an edge case is asked where its
 * estate becomes another one. Needs the words of the test runner in its place (`tsconfig.json` beside this file).
 */
export async function openLedgerJudge(): Promise<Judge> {
  const opened: EstateCase[] = []
  const once = (estate: Estate): (() => Promise<EstateCase>) => {
    let one: Promise<EstateCase> | undefined
    return async () => {
      one ??= openCase(estate)
      opened.push(await one)
      return one
    }
  }
  const large = largeEstates().map(once)
  const byHand: HandMade[] = []
  for (const name of readdirSync(join(packageRoot, HAND_MADE)).filter((other) => other.endsWith('.test.ts'))) {
    const { tests } = await loadTests(`${HAND_MADE}/${name}`)
    byHand.push(
      ...tests.map((test) => handMade(test, instead, async (estate) => builtOf(await openCase(estate, false)))),
    )
  }

  return {
    async reject({ relation }, text) {
      for (const one of large) {
        const effect = await effectOn(await one(), relation, text)
        if (isReason(effect)) return effect
      }
      return rejectByHand(byHand, relation, text)
    },
    async close() {
      for (const engine of new Set(opened.map((one) => one.engine))) await engine.close()
      for (const test of byHand) await test.close()
    },
  }
}

const builtOf = (one: EstateCase): Built => ({
  engine: one.engine,
  answers: withFindings(one.engine),
  put: (relation, text) => tryOn(one, relation, text),
})

const checks = readChecks('src/ledger/checks')

/** An engine that makes the findings anew when it is asked for them. */
function withFindings(engine: Engine): Engine {
  return {
    ...engine,
    async rows(sql, parameters) {
      if (sql.includes('ledger.finding')) {
        await engine.run('delete from ledger.finding')
        await runChecks(engine, checks, 'ledger.finding')
      }
      return engine.rows(sql, parameters)
    },
  }
}
