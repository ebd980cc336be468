import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Engine } from '../../src/engine/engine.ts'
import { packageRoot } from '../../src/package_root.ts'
import { isReason, NONE } from './stage.ts'
import { collectTests, type TestFile } from './test_words.ts'

/** What a test has built, ready for one model after the other to be replaced. */
export interface Built {
  engine: Engine
  /** What is asked in the test's place of that engine: the same, or one that does more. */
  answers: Engine
  /** Puts a changed model in its place, within a transaction that the caller ends: see `stage.ts`. */
  put(relation: string, text: string): Promise<string>
}

/** The place where tests get what they build from; null: they build it themselves. */
export interface Place<Made> {
  of: ((made: Made) => Promise<Engine>) | null
}

/** A test with what it builds, in order; nothing is built before the test is asked. */
export interface HandMade {
  title: string
  /** Rejects a change that it notices; null when it does not. */
  reject(relation: string, text: string): Promise<string | null>
  close(): Promise<void>
}

/** The tests of a file as they register themselves. */
export const loadTests = (file: string): Promise<TestFile> =>
  collectTests(() => import(pathToFileURL(join(packageRoot, file)).href))

/**
 * A test of which the building is done once, by `open`, and which is asked again where a change alters something of it.
 * What it does to its engine by itself is undone.
 */
export function handMade<Made>(
  { title, run }: TestFile['tests'][number],
  place: Place<Made>,
  open: (made: Made) => Promise<Built>,
): HandMade {
  let built: Built[] | null = null
  const build = async (): Promise<Built[]> => {
    const all: Built[] = []
    place.of = async (made) => {
      const one = await open(made)
      all.push(one)
      await one.engine.run('begin transaction')
      return one.answers
    }
    try {
      await run()
    } finally {
      place.of = null
      for (const { engine } of all) await engine.run('rollback')
    }
    return all
  }
  return {
    title,
    async reject(relation, text) {
      built ??= await build()
      const begun: Built[] = []
      try {
        let isTouched = false
        for (const one of built) {
          begun.push(one)
          const effect = await one.put(relation, text)
          if (isReason(effect)) return effect
          if (effect !== NONE) isTouched = true
        }
        if (!isTouched) return null
        const rest = [...built]
        place.of = async () => {
          const next = rest.shift()
          if (next === undefined) throw new Error(`${title} builds more than before`)
          return next.answers
        }
        return await failureOf(run)
      } finally {
        place.of = null
        for (const { engine } of begun) await engine.run('rollback')
      }
    },
    async close() {
      for (const { engine } of built ?? []) await engine.close()
    },
  }
}

/** Asks the tests that noticed a change last before the others: neighbours are often noticed by the same test. */
export async function rejectByHand(tests: HandMade[], relation: string, text: string): Promise<string | null> {
  for (const [at, test] of tests.entries()) {
    const reason = await test.reject(relation, text)
    if (reason === null) continue
    tests.splice(at, 1)
    tests.unshift(test)
    return `test: ${test.title} (${reason})`
  }
  return null
}

async function failureOf(run: () => unknown): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''
  }
}
