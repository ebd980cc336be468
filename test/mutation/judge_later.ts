import { join } from 'node:path'
import type { Engine } from '../../src/engine/engine.ts'
import { type Check, readChecks, runChecks } from '../../src/engine/model.ts'
import { ACTION_MODELS, LICENSING_MODELS } from '../../src/models.ts'
import { packageRoot } from '../../src/package_root.ts'
import { instead as insteadOfActions } from '../actions/estate.ts'
import { instead as insteadOfLicensing } from '../licensing/estate.ts'
import { type Built, type HandMade, handMade, loadTests, rejectByHand } from './hand_made.ts'
import type { Judge } from './judge.ts'
import { overrideText } from './overridden_text.ts'
import { changesBehind, type Stage, stageOf } from './stage.ts'
import type { TestFile } from './test_words.ts'

const LICENSING_TESTS = ['offer', 'entitlement', 'commitment', 'break_even', 'scenario', 'best_mix', 'coming_year']
/** What tries every assignment on many estates builds by itself and is asked last. */
const TRIED_ON_MANY = /^is the cheapest of all assignments|^lies between its bound and every assignment/

const CHECKS = [...readChecks('src/licensing/checks'), ...readChecks('src/actions/checks')]

/**
 * The judge of licensing and actions: their tests by hand and the folders of test/licensing/cases, each built once; for the
 * best mix last the tests that try every assignment. Needs the words of the test runner in its place.
 */
export async function openLaterJudge(): Promise<Judge> {
  const licensing: HandMade[] = []
  const many: TestFile['tests'] = []
  for (const name of [...LICENSING_TESTS, 'checks', 'cases']) {
    for (const test of (await loadTests(`test/licensing/${name}.test.ts`)).tests) {
      if (TRIED_ON_MANY.test(test.title)) many.push(test)
      else licensing.push(handMade(test, insteadOfLicensing, opened))
    }
  }
  const actions: HandMade[] = []
  for (const name of ['kinds', 'rare']) {
    const { tests } = await loadTests(`test/actions/${name}.test.ts`)
    actions.push(...tests.map((test) => handMade(test, insteadOfActions, opened)))
  }
  return {
    async reject({ relation, file }, text) {
      const isLicensing = relation.startsWith('licensing.')
      for (const tests of isLicensing ? [licensing, actions] : [actions]) {
        const reason = await rejectByHand(tests, relation, text)
        if (reason !== null) return reason
      }
      if (!/^licensing\.mix_/.test(relation)) return null
      overrideText(join(packageRoot, file), text)
      try {
        for (const { title, run } of many) if (await fails(run)) return `test: ${title}`
        return null
      } finally {
        overrideText(join(packageRoot, file), null)
      }
    },
    async close() {
      for (const test of [...licensing, ...actions]) await test.close()
    },
  }
}

const fails = async (run: () => unknown): Promise<boolean> => {
  try {
    await run()
    return false
  } catch {
    return true
  }
}

async function opened(build: () => Promise<Engine>): Promise<Built> {
  const engine = await build()
  const stage = await stageIn(engine)
  return {
    engine,
    answers: engine,
    put: async (relation, text) => {
      await engine.run('begin transaction')
      if (!stage.models.some((model) => model.relation === relation)) return 'none'
      const effect = await changesBehind(engine, stage, relation, text, async () => null)
      if (effect === 'unnoticed') await findAnew(engine, stage.checks)
      return effect
    },
  }
}

/** The models and checks of which an engine holds all relations: a test of licensing has neither actions nor waivers. */
async function stageIn(engine: Engine): Promise<Stage> {
  const tables = await engine.rows("select table_schema || '.' || table_name as name from information_schema.tables")
  const present = new Set(tables.map((row) => String(row['name'])))
  const isPresent = ({ relation }: { relation: string }) => present.has(relation)
  const whole = stageOf([...LICENSING_MODELS, ...ACTION_MODELS].filter(isPresent), CHECKS)
  const isReadable = (reads: ReadonlySet<string>) =>
    [...reads].every((name) => !/^(licensing|actions|config)\./.test(name) || present.has(name))
  return { ...whole, checks: whole.checks.filter(({ reads }) => isReadable(reads)) }
}

async function findAnew(engine: Engine, checks: readonly Check[]): Promise<void> {
  const names = checks.map(({ name }) => `'${name}'`).join(', ')
  await engine.run(`delete from ledger.finding where check_name in (${names})`)
  await runChecks(engine, checks, 'ledger.finding')
}
