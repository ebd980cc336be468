// The mutator makes the changes that it says, and nothing else; the list of equivalent ones speaks of models as they are.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ACTION_MODELS, LEDGER_MODELS, LICENSING_MODELS } from '../../src/models.ts'
import { packageRoot } from '../../src/package_root.ts'
import { EQUIVALENTS, equivalentReason } from './equivalent.ts'
import { mutantsOf } from './mutant.ts'
import { tokensOf } from './sql_token.ts'

const changes = (sql: string) => mutantsOf('m.sql', sql).map(({ kind, change }) => `${kind}: ${change}`)

describe('a text becomes its mutants', () => {
  test.each([
    ['a <= b', ['boundary: <= → <']],
    ['a <> b', ['comparison: <> → =']],
    ['s left join t', ['join: left join → join']],
    ['s cross join t', []],
    ['select a union all select b', ['set: union all → union']],
    ['max(a)', ['extreme: max → min']],
    ['least(a, b)', ['extreme: least → greatest']],
    ['sum(x) over (order by a desc)', ['order: desc → (nothing)']],
    ['a + 3600', ['arithmetic: + → -', 'constant: 3600 → 3601']],
    ['cast(a as decimal(38, 24))', []],
    ['group by 1, 2', []],
    ["a || ' days'", []],
    ['coalesce(a, b)', ['coalesce: a, b → b, a']],
    ['a is not null', ['null: is not null → is null']],
    ['-- a <= b', []],
  ])('%s', (sql, expected) => {
    expect(changes(sql)).toEqual(expected)
  })

  test('each conjunct of a condition is left out once', () => {
    const sql = "select a from t where a.b = 1 and exists (select 1 from u where c) and d in ('x') group by a"
    expect(changes(sql).filter((one) => one.startsWith('conjunct'))).toEqual([
      'conjunct: a.b = 1 → true',
      'conjunct: exists (select 1 from u where c) → true',
      'conjunct: c → true',
      "conjunct: d in ('x') → true",
    ])
  })

  test('a condition with an or is left out as a whole', () => {
    expect(changes('select a from t where a or b').filter((one) => one.startsWith('conjunct'))).toEqual([
      'conjunct: a or b → true',
    ])
  })

  test('the text changes in one place', () => {
    const sql = 'select a\nfrom t\nwhere a < 5'
    const [boundary] = mutantsOf('m.sql', sql).filter(({ kind }) => kind === 'boundary')
    expect(boundary).toMatchObject({ line: 3, source: 'where a < 5', text: 'select a\nfrom t\nwhere a <= 5' })
  })
})

test.each([...LEDGER_MODELS, ...LICENSING_MODELS, ...ACTION_MODELS])(
  '$relation: every mutant has tokens of its own',
  ({ file }) => {
    const sql = readFileSync(join(packageRoot, file), 'utf8').trim()
    const mutants = mutantsOf(file, sql)
    for (const { text } of mutants) {
      expect(text).not.toBe(sql)
      expect(() => tokensOf(text)).not.toThrow()
    }
  },
)

test.each(EQUIVALENTS)('$file: $change is a change of the model, with a reason', ({ file, change, source, reason }) => {
  expect(reason.length).toBeGreaterThan(20)
  const mutants = mutantsOf(file, readFileSync(join(packageRoot, file), 'utf8').trim())
  expect(mutants.filter((one) => one.change === change && one.source === source).length).toBeGreaterThan(0)
  expect(equivalentReason({ file, change, source })).toBe(reason)
})
