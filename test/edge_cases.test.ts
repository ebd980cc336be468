// Each hard case has a test that is named by its number, and each number that a test names is a case of the list.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../src/package_root.ts'
import { EDGE_CASES } from './edge_cases.ts'

const titles = readdirSync(join(packageRoot, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name !== 'edge_cases.test.ts')
  .flatMap((name) => [
    ...readFileSync(join(packageRoot, 'test', name), 'utf8').matchAll(
      /^\s*(?:it|test)(?:\.each\(.*\))?\(\s*['"`]edge case (\d+): (.+)/gm,
    ),
  ])
const tested = new Set(titles.map(([, number]) => Number(number)))

test('there are 66 cases', () => {
  expect(Object.keys(EDGE_CASES).map(Number)).toEqual(Array.from({ length: 66 }, (_, at) => at + 1))
})

test.each(Object.entries(EDGE_CASES))('case %s has a test: %s', (number) => {
  expect(tested).toContain(Number(number))
})

test('no test names a case that the list does not have', () => {
  expect([...tested].filter((number) => !(number in EDGE_CASES))).toEqual([])
})
