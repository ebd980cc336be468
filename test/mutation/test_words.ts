/**
 * The words of the test runner (`describe`, `it`, `expect`, …) for running the same test files many times in one process:
 * `tsconfig.json` beside this file puts it in the runner's place.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'

/** The tests of one file. */
export interface TestFile {
  before: (() => unknown)[]
  after: (() => unknown)[]
  tests: { title: string; run: () => unknown }[]
}

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const expect = chai.expect

let current: TestFile = { before: [], after: [], tests: [] }

/** What a test file registers while it is loaded. */
export async function collectTests(load: () => Promise<unknown>): Promise<TestFile> {
  current = { before: [], after: [], tests: [] }
  const collected = current
  await load()
  return collected
}

type Body = (...values: never[]) => unknown

const bodyOf = (parts: readonly unknown[]): Body => parts.find((part) => typeof part === 'function') as Body
const spread = (value: unknown): never[] => (Array.isArray(value) ? value : [value]) as never[]

export const it = Object.assign(
  (title: string, ...parts: unknown[]) => {
    const body = bodyOf(parts)
    current.tests.push({ title, run: () => body() })
  },
  {
    each:
      (values: readonly unknown[]) =>
      (title: string, ...parts: unknown[]) => {
        const body = bodyOf(parts)
        for (const value of values) current.tests.push({ title, run: () => body(...spread(value)) })
      },
  },
)
export const test = it

export const describe = Object.assign((_: string, body: () => void) => body(), {
  each:
    (values: readonly unknown[]) =>
    (_: string, body: Body): void => {
      for (const value of values) body(...spread(value))
    },
})

export const beforeAll = (body: () => unknown) => current.before.push(body)
export const afterAll = (body: () => unknown) => current.after.push(body)
