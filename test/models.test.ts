// What every .sql file promises in its header, held to the text and to the data of the sample estate.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildActions } from '../src/actions/build.ts'
import { openDuckDb } from '../src/engine/duckdb.ts'
import type { Engine } from '../src/engine/engine.ts'
import { buildModel, modelText } from '../src/engine/model.ts'
import { buildForecast } from '../src/forecast/build.ts'
import { buildIntegration } from '../src/integration/build.ts'
import { buildLedgerWithHistory } from '../src/ledger/build.ts'
import { buildLicensing } from '../src/licensing/build.ts'
import {
  ACTION_MODELS,
  EXPLAIN_MODELS,
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
import { rowJoins } from './engine/row_join.ts'

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

/** Relations that are no larger in a larger estate: settings, prices, months, figures by currency. */
const FEW: readonly RegExp[] = [
  /^config\./,
  /^(forecast|history)\.(figure|last_run|month_ahead|method_value|outlook|trial|whole_month)$/,
  /^ledger\.(figure|denominator|hours|money|cost_per_hour)$/,
  /^licensing\.(offer|bundled_offer|sku|pre_purchase_tier|commitment|licence_term|mix_phase|mix_month|month_share|server_option|user_option)$/,
  /^actions\.kind$/,
  /^raw\.(hour_unit|meter_unit)$/,
]

/** Where pairs are looked at all the same, and why they stay few. */
const ROW_BY_ROW: Readonly<Record<string, string>> = {
  'reports/monthly-review/change.sql': 'machines of earlier months with the one month that is compared',
  'src/actions/checks/waivers_meet_an_action.sql': 'each machine with the waivers that were written down',
  'src/licensing/checks/pins_fit_machines.sql': 'each machine with the pins that were written down',
  'src/licensing/mix_machine.sql': 'ambiguous devices with the one currency that has most servers',
  'src/licensing/offer.sql': 'offers and price lines with the currencies of the bill',
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
    await engine.run('create schema explain')
    await buildModel(engine, EXPLAIN_MODELS[0] as (typeof EXPLAIN_MODELS)[number])
    // what queries refer to that is there only while they run
    await engine.run(`
      create table config.explained_figure (figure varchar, billing_currency varchar);
      create or replace table raw.cost_print as select * from (${modelText('src/normalise/cost_print.sql')}) limit 0`)
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

  // the story of one machine or action is small, whatever it is looked for in
  test.each(files.filter((file) => !/^src\/explain\/(?!figure)/.test(file)))(
    '%s joins by columns that are equal, but with what never grows',
    async (file) => {
      const joins = await rowJoins(engine, modelText(file), (relation) => FEW.some((few) => few.test(relation)))
      if (ROW_BY_ROW[file] === undefined) expect(joins).toEqual([])
      else expect(joins, 'is not needed in the list any more').not.toEqual([])
    },
  )

  test.each([
    ['a join on an order', 'select 1 from ledger.machine a join ledger.machine b on a.name < b.name'],
    [
      'a join on one column or another',
      'select 1 from ledger.machine a join ledger.machine b on a.name = b.name or a.owner = b.owner',
    ],
    [
      'a condition on one side of an outer join',
      "select 1 from ledger.machine a left join ledger.machine b on a.kind = 'direct' and lower(b.name) = a.name || b.owner",
    ],
    [
      'a step that is read twice',
      'with a as (select name from ledger.machine group by name) select 1 from a x join a y on x.name < y.name',
    ],
  ])('%s is noticed', async (_, sql) => {
    const isFew = (relation: string) => FEW.some((few) => few.test(relation))
    expect(await rowJoins(engine, sql, isFew)).toEqual([
      expect.stringMatching(/^(BLOCKWISE_NL|NESTED_LOOP|PIECEWISE_MERGE|IE)_JOIN of /),
    ])
    expect(
      await rowJoins(
        engine,
        'select 1 from ledger.machine a join config.period p on a.alive_from_at < p.until_at',
        isFew,
      ),
    ).toEqual([])
    expect(
      await rowJoins(
        engine,
        'select 1 from ledger.machine a join (select max(name) as name from ledger.machine) b on a.name < b.name',
        isFew,
      ),
    ).toEqual([])
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
