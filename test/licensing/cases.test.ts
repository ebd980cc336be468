// Each folder of cases/ is a test: given/ is a folder as a user would have it, with a hourwise.yaml; README.md works the
// numbers out by hand; expected/NAME.sql is a question, expected/NAME.csv the rows that answer it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { buildLedger } from '../../src/ledger/build.ts'
import { buildLicensing } from '../../src/licensing/build.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'
import { rowsOf, withEngine } from './estate.ts'

const CASES = join(packageRoot, 'test/licensing/cases')

describe('case', () => {
  it.each(readdirSync(CASES).sort())('%s', async (name) => {
    const folder = join(CASES, name)
    await withEngine(
      (engine) => build(engine, join(folder, 'given')),
      async (engine) => {
        const questions = readdirSync(join(folder, 'expected')).filter((file) => file.endsWith('.sql'))
        expect(questions).not.toEqual([])
        const found: Record<string, string[]> = {}
        const expected: Record<string, string[]> = {}
        for (const question of questions) {
          const rows = await rowsOf(engine, readFileSync(join(folder, 'expected', question), 'utf8'))
          found[question] = [Object.keys(rows[0] ?? {}).join(','), ...rows.map((row) => csvLine(Object.values(row)))]
          expected[question] = readFileSync(join(folder, 'expected', question.replace('.sql', '.csv')), 'utf8')
            .trimEnd()
            .split('\n')
        }
        expect(found).toEqual(expected)
      },
    )
  })
})

/** The stages up to the licence comparison, with the settings of the folder's own file. */
async function build(engine: Engine, given: string): Promise<void> {
  const config = readConfig(given, {}, {})
  if (config.period === undefined) throw new Error(`${given}/hourwise.yaml gives no period`)
  await normalise(engine, given)
  await buildLedger(engine, { ...config.period, shortLivedDays: config.shortLivedDays })
  const { offers, licences, pins } = config
  await buildLicensing(engine, { offers, licences, pins })
}

function csvLine(values: readonly unknown[]): string {
  return values
    .map((value) => {
      const text = value === null || value === undefined ? '' : String(value)
      return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(',')
}
