import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { packageRoot } from '../../src/package_root.ts'
import { builtEstates } from '../ledger/edge_cases/engine.ts'
import { largeEstates } from '../twin/large.ts'
import { sampleEstate } from '../twin/sample.ts'
import { type EstateCase, effectOn, openCase } from './estate_case.ts'
import { overrideText } from './overridden_text.ts'
import { collectTests, type TestFile } from './test_words.ts'

/** The tests of the ledger, ready to be asked about one change after the other. */
export interface Judge {
  /** Why the tests reject a ledger with this text in place of a model; null when none of them notices. */
  reject(model: { relation: string; file: string }, text: string): Promise<string | null>
  close(): Promise<void>
}

/** A test of an edge case with the estates that it builds. */
interface HandMade {
  title: string
  run: () => unknown
  estates: EstateCase[]
}

const HAND_MADE = 'test/ledger/edge_cases'
const SAMPLE_TESTS = 'test/fixtures/ledger.test.ts'

/**
 * Builds everything once: the large random estates, the estates of the edge cases, the sample. A change is first tried on
 * the estates alone, where only what lies behind it is built anew; a test is run where its estate would be another one.
 * Needs the words of the test runner in its place (`tsconfig.json` beside this file).
 */
export async function openJudge(): Promise<Judge> {
  const large: EstateCase[] = []
  for (const estate of largeEstates()) large.push(await openCase(estate, true))
  const files: TestFile[] = []
  const handMade: HandMade[] = []
  for (const name of readdirSync(join(packageRoot, HAND_MADE)).filter((other) => other.endsWith('.test.ts'))) {
    const file = await load(`${HAND_MADE}/${name}`)
    files.push(file)
    for (const { title, run } of file.tests) {
      const before = builtEstates.length
      await run()
      const estates: EstateCase[] = []
      for (const estate of builtEstates.slice(before)) estates.push(await openCase(estate, false))
      handMade.push({ title, run, estates })
    }
  }
  const sample = await openCase(sampleEstate, true)
  const sampleTests = await load(SAMPLE_TESTS, false)

  return {
    async reject({ relation, file }, text) {
      for (const one of large) {
        const effect = await effectOn(one, relation, text)
        if (isReason(effect)) return effect
      }
      const path = join(packageRoot, file)
      overrideText(path, text)
      try {
        for (const { title, run, estates } of handMade) {
          if (!(await isTouched(estates, relation, text))) continue
          const failure = await failureOf(run)
          if (failure !== null) return `test: ${title}`
        }
        overrideText(path, null)
        const effect = await effectOn(sample, relation, text)
        if (isReason(effect)) return effect
        if (effect === 'none') return null
        overrideText(path, text)
        return await rejectBySample(sampleTests)
      } finally {
        overrideText(path, null)
      }
    },
    async close() {
      for (const { engine } of [...large, ...handMade.flatMap(({ estates }) => estates), sample]) await engine.close()
      for (const { after } of files) for (const end of after) await end()
    },
  }
}

const isReason = (effect: string): boolean => effect !== 'none' && effect !== 'unnoticed'

async function load(file: string, isBegun = true): Promise<TestFile> {
  const tests = await collectTests(() => import(pathToFileURL(join(packageRoot, file)).href))
  if (isBegun) for (const begin of tests.before) await begin()
  return tests
}

async function isTouched(estates: readonly EstateCase[], relation: string, text: string): Promise<boolean> {
  for (const estate of estates) if ((await effectOn(estate, relation, text)) !== 'none') return true
  return false
}

async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The sample's own tests read it anew: they are asked last. */
async function rejectBySample(tests: TestFile): Promise<string | null> {
  const steps = [...tests.before.map((run) => ({ title: 'the sample is read', run })), ...tests.tests]
  try {
    for (const { title, run } of steps) if ((await failureOf(run)) !== null) return `test: ${title}`
    return null
  } finally {
    for (const end of tests.after) await failureOf(end)
  }
}
