import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { REPORT_IDS } from '../../src/config_schema.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { type Manifest, manifestJsonSchema, manifestSchema } from '../../src/output/manifest.ts'
import { figureOf, type Summary, summaryJsonSchema, summarySchema } from '../../src/output/summary.ts'
import { packageRoot } from '../../src/package_root.ts'
import { hourwise, type Ran } from '../cli/hourwise.ts'

let place: string
let engine: Engine
let ran: Ran
let summary: Summary
let manifest: Manifest

const file = (name: string, folder = 'one') => join(place, folder, name)
const rows = (sql: string) => engine.rows(sql)
const csv = (name: string) => `read_csv('${file(name)}', header = true, all_varchar = true)`

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-result-'))
  engine = await openDuckDb()
  ran = hourwise(['demo', '--out', 'one'], { cwd: place })
  hourwise(['demo', '--out', 'two'], { cwd: place, env: { TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' } })
  summary = JSON.parse(readFileSync(file('summary.json'), 'utf8'))
  manifest = JSON.parse(readFileSync(file('manifest.json'), 'utf8'))
})
afterAll(async () => {
  await engine.close()
  rmSync(place, { recursive: true })
})

describe('the results of the sample', () => {
  test('the run is done and says where they are', () => {
    expect(ran.exit).toBe(0)
    expect(ran.out).toContain('Results in one\n')
  })

  test('every file that interface and reports promise is there', () => {
    const reports = REPORT_IDS.flatMap((id) => [`${id}.html`, `${id}.pdf`])
    expect(readdirSync(join(place, 'one')).sort()).toEqual(
      [
        ...reports,
        'hourwise.xlsx',
        'manifest.json',
        'summary.json',
        'findings.json',
        'ledger.csv',
        'ledger.parquet',
        'machines.csv',
        'charges.csv',
        'actions.csv',
        'action_machines.csv',
        'tickets.jsonl',
        'scenarios.csv',
      ].sort(),
    )
  })

  test('the same input gives the same bytes, wherever and in whatever language', () => {
    for (const name of readdirSync(join(place, 'one'))) {
      expect(readFileSync(file(name, 'two')).equals(readFileSync(file(name))), name).toBe(true)
    }
  })

  test('summary and manifest keep to their published schemas', () => {
    expect(() => summarySchema.parse(summary)).not.toThrow()
    expect(() => manifestSchema.parse(manifest)).not.toThrow()
    const published = (path: string) => JSON.parse(readFileSync(join(packageRoot, path), 'utf8'))
    expect(published('src/output/summary.schema.json')).toEqual(JSON.parse(JSON.stringify(summaryJsonSchema())))
    expect(published('src/output/manifest.schema.json')).toEqual(JSON.parse(JSON.stringify(manifestJsonSchema())))
  })

  test('the manifest lists every other file with its hash, and every input with its own', () => {
    const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(manifest.outputs.map((output) => output.path)).toEqual(
      readdirSync(join(place, 'one'))
        .filter((name) => name !== 'manifest.json')
        .sort(),
    )
    for (const output of manifest.outputs) expect(output.sha256, output.path).toBe(hash(file(output.path)))
    expect(manifest.inputs.length).toBeGreaterThan(50)
    for (const input of manifest.inputs)
      expect(input.sha256, input.path).toBe(hash(join(packageRoot, 'fixtures/sample', input.path)))
  })

  test('no path of this machine stands in any text', () => {
    for (const name of readdirSync(join(place, 'one')).filter((one) => !/\.(pdf|xlsx|parquet)$/.test(one))) {
      const text = readFileSync(file(name), 'utf8')
      expect(text.includes(place) || text.includes(packageRoot), name).toBe(false)
    }
  })

  test('every figure has a value or a reason', () => {
    for (const figure of summary.figures)
      expect((figure.value === null) === (figure.reason !== null), figure.figure).toBe(true)
  })
})

describe('money ties from file to file, to the last digit', () => {
  const byCurrency = (from: string) =>
    rows(
      `select billing_currency as currency, amount_text(sum(cast(cost as decimal(38, 24)))) as cost from ${from} where billing_currency is not null group by 1 order by 1`,
    )

  test('ledger, charges and summary have the same total', async () => {
    const ledger = await byCurrency(csv('ledger.csv'))
    expect(ledger).toHaveLength(2)
    expect(await byCurrency(csv('charges.csv'))).toEqual(ledger)
    expect(await byCurrency(`'${file('ledger.parquet')}'`)).toEqual(ledger)
    expect(
      ledger.map(({ currency }) => ({ currency, cost: figureOf(summary, 'total_cost', String(currency)) })),
    ).toEqual(ledger)
  })

  test('machines and what no machine is known for make the ledger', async () => {
    const machines = await byCurrency(csv('machines.csv'))
    const known = await byCurrency(`(select * from ${csv('ledger.csv')} where machine_id is not null)`)
    expect(machines).toEqual(known)
  })

  test('what is in question is all that was not protected, and what protected hours would cost less', async () => {
    const claimed = await byCurrency(
      `(select * from ${csv('action_machines.csv')} where kind not in ('claim_benefit', 'pre_purchase', 'switch_on_plan'))`,
    )
    const others = await byCurrency(`(select * from ${csv('ledger.csv')} where bucket <> 'protected')`)
    expect(claimed).toEqual(others)
    const [sums] = await rows(`select (select sum(cast(base as decimal(38,24))) from ${csv('actions.csv')}) as actions,
      (select sum(cast(base as decimal(38,24))) from ${csv('action_machines.csv')}) as machines`)
    expect(sums?.actions).toBe(sums?.machines)
  })

  test('each open action is a ticket, found again by its key', async () => {
    const tickets = readFileSync(file('tickets.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const open = await rows(`select action_key from ${csv('actions.csv')} where status = 'open' order by action_key`)
    expect(tickets.map((ticket) => ticket.key)).toEqual(open.map((row) => row.action_key))
    const stopped = tickets.find((ticket) => ticket.kind === 'deallocate')
    expect(stopped).toMatchObject({
      title: 'Stop and deallocate: Ostrelle Production, Core Applications',
      saving: { low: '13.4664', base: '13.4664', high: '13.4664' },
      currency: 'USD',
      machine_count: 2,
    })
    expect(stopped.machines.map((machine: { name: string }) => machine.name).sort()).toEqual(['stp-01', 'stp-02'])
  })

  test('hours of the machines are the seconds of the ledger', async () => {
    const [seconds] = await rows(`select sum(cast(seconds as bigint)) as seconds from ${csv('ledger.csv')}`)
    const [hours] = await rows(
      `select cast(round(sum((cast(running_hours as decimal(38,24)) + cast(stopped_hours as decimal(38,24)) + cast(off_hours as decimal(38,24)) + cast(unknown_hours as decimal(38,24))) * 3600)) as bigint) as seconds from ${csv('machines.csv')}`,
    )
    expect(String(hours?.seconds)).toBe(String(seconds?.seconds))
  })

  test('CSV and Parquet of the ledger have the same rows', async () => {
    const [counts] = await rows(
      `select (select count(*) from ${csv('ledger.csv')}) as csv, (select count(*) from '${file('ledger.parquet')}') as parquet`,
    )
    expect(counts?.csv).toBe(counts?.parquet)
  })
})

test('each table tells its rows apart by its key, and each row with a charge says its currency and subscription', async () => {
  // units of the pre-purchase plan are bought for the tenant, not for a subscription
  for (const name of ['ledger', 'charges', 'action_machines']) {
    const [bare] = await rows(
      `select count(*) as rows from ${csv(`${name}.csv`)} where cost is not null and (billing_currency is null or subscription_id is null)${name === 'action_machines' ? " and kind <> 'pre_purchase'" : ''}`,
    )
    expect(bare?.rows, name).toBe('0')
  }
})
