// What every .sql file promises in its header, held to the text and to the data of the sample estate.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildActions } from '../src/actions/build.ts'
import { openDuckDb } from '../src/engine/duckdb.ts'
import type { Engine } from '../src/engine/engine.ts'
import { modelText } from '../src/engine/model.ts'
import { buildForecast } from '../src/forecast/build.ts'
import { buildIntegration } from '../src/integration/build.ts'
import { buildLedgerWithHistory } from '../src/ledger/build.ts'
import { buildLicensing } from '../src/licensing/build.ts'
import {
  ACTION_MODELS,
  FORECAST_MODELS,
  HISTORY_MODELS,
  INTEGRATION_MODELS,
  LEDGER_MODELS,
  LICENSING_MODELS,
} from '../src/models.ts'
import { normalise } from '../src/normalise/normalise.ts'
import { RECORD_MODELS } from '../src/normalise/records.ts'
import { keyOf } from '../src/output/table_file.ts'
import { packageRoot } from '../src/package_root.ts'

const files = ['src', 'reports']
  .flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name).replaceAll('\\', '/'),
    ),
  )
  .filter((file) => file.endsWith('.sql') && file !== 'src/engine/duckdb.macros.sql')
  .sort()
const checks = files.filter((file) => file.includes('/checks/'))
const queries = files.filter((file) => !file.includes('/checks/'))
const text = (file: string) => readFileSync(join(packageRoot, file), 'utf8').trim()
const grainOf = (file: string) => /^-- grain: (.+)$/m.exec(text(file))?.[1] ?? ''
const bare = (file: string) =>
  text(file)
    .replaceAll(/--.*$/gm, '')
    .replaceAll(/'(?:[^']|'')*'/g, "''")

/** Beyond the portable subset, and what each would need elsewhere. */
const FORBIDDEN: Record<string, RegExp> = {
  QUALIFY: /\bqualify\b/i,
  'ASOF join': /\basof\b/i,
  'IGNORE NULLS': /\bignore\s+nulls\b/i,
  PIVOT: /\b(un)?pivot\b/i,
  'list and struct functions': /\b(list_[a-z]+|struct_[a-z]+|array_agg|list|unnest_[a-z]+)\s*\(/i,
  'integer division by //': /\/\//,
  'range() as a table': /\bfrom\s+(range|generate_series)\s*\(/i,
  'EXCLUDE and REPLACE of columns': /\*\s*(exclude|replace)\b/i,
  'positional join': /\bpositional\b/i,
  'binary floats': /\b(double|float|real)\b/i,
  'avg(), which is a binary float': /\bavg\s*\(/i,
}

describe('text', () => {
  test.each(queries)('%s says what it is, its grain and its key, and ends with its last step', (file) => {
    const lines = text(file).split('\n')
    expect(lines[0]).toMatch(/^-- \S/)
    expect(text(file)).toMatch(/^-- grain: \S/m)
    expect(keyOf(text(file))).not.toEqual([])
    const steps = [...bare(file).matchAll(/(?:^|\bwith|,)\s*([a-z_]+)\s+as\s+(?:materialized\s+)?\(\s*$/gim)].map(
      ([, name]) => name,
    )
    const last = /^select \* from ([a-z_]+)(?:\s+order by [^;]+)?$/m.exec(
      bare(file)
        .slice(bare(file).lastIndexOf('\n)\nselect'))
        .trim()
        .replace(/^\)\s*/, ''),
    )?.[1]
    expect(last, 'the end selects the last step').toBeDefined()
    expect(steps.at(-1)).toBe(last)
  })

  test.each(checks)('%s is named by a sentence and selects subject, message, evidence', (file) => {
    expect(text(file)).toMatch(/^-- severity: (broken|error|warning|info)$/m)
    expect(text(file)).toMatch(/^-- (?!severity:|grain:|key:)\S+ \S+/m)
    for (const column of ['subject', 'message', 'evidence']) expect(bare(file), column).toContain(column)
  })

  test.each(files)('%s keeps to the portable subset', (file) => {
    for (const [name, pattern] of Object.entries(FORBIDDEN)) expect(pattern.test(bare(file)), name).toBe(false)
  })
})

describe('data of the sample', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openDuckDb({ memoryLimitMegabytes: 1000 })
    await normalise(engine, join(packageRoot, 'fixtures/sample'))
    await buildLedgerWithHistory(engine, { fromDay: '2026-10-01', untilDay: '2026-11-01' })
    await buildForecast(engine)
    await buildLicensing(engine)
    await buildActions(engine)
    await buildIntegration(engine)
  })
  afterAll(() => engine.close())

  const built = [
    ...RECORD_MODELS,
    { relation: 'normalise.cost_total', file: 'src/normalise/cost_total.sql' },
    { relation: 'normalise.source_file', file: 'src/normalise/source_file.sql' },
    ...LEDGER_MODELS,
    ...HISTORY_MODELS,
    ...LICENSING_MODELS,
    ...ACTION_MODELS,
    ...FORECAST_MODELS,
    ...INTEGRATION_MODELS,
  ]

  test.each(built)('$relation has one row a key', async ({ relation, file }) => {
    await expectKey(`select * from ${relation}`, keyOf(text(file)), grainOf(file))
  })

  test.each(queries.filter((file) => /^(reports|src\/output)\//.test(file)))('%s gives one row a key', async (file) => {
    await expectKey(modelText(file), keyOf(text(file)), grainOf(file))
  })

  test('no column of any relation is a binary float', async () => {
    const rows = await engine.rows(
      "select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns where data_type in ('DOUBLE', 'FLOAT') order by 1",
    )
    expect(rows.map((row) => row.name)).toEqual([])
  })

  test.each(queries.filter((file) => /^(reports|src\/output)\//.test(file)))('%s has no binary float', async (file) => {
    const columns = await engine.describe(modelText(file))
    expect(columns.filter(({ type }) => /DOUBLE|FLOAT/.test(type)).map(({ name }) => name)).toEqual([])
  })

  async function expectKey(sql: string, key: readonly string[], grain: string): Promise<void> {
    if (grain === 'one row') {
      expect((await engine.rows(`select count(*) as rows from (${sql}) q`))[0]?.rows).toBe('1')
      return
    }
    if (key[0] === 'none') return
    const columns = key.map((column) => `"${column}"`).join(', ')
    const twice = await engine.rows(
      `select ${columns}, count(*) as times from (${sql}) q group by ${columns} having count(*) > 1 limit 3`,
    )
    expect(twice).toEqual([])
  }
})
