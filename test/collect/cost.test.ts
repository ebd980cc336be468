// The bill by each of its three ways, and what `report` makes of it. The built command is run: `npm run build` comes first.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { type Collected, collect } from '../../src/collect/collect.ts'
import type { Wanted } from '../../src/collect/wanted.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { packageRoot } from '../../src/package_root.ts'
import { changed, nextLinkTo, noContent, noRight, on, type ScriptedFault, throttled, waitFor } from '../azure/fault.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { type PageSizes, type SimulatedAzure, startAzure } from '../azure/server.ts'
import type { AzureTenant } from '../azure/tenant.ts'
import { failed } from '../azure/wire.ts'
import { hourwise } from '../cli/hourwise.ts'
import { secretsBelow } from './collected.ts'
import { simulatedOutside } from './outside.ts'

const SAMPLE = join(packageRoot, 'fixtures/sample')
const NOW = at('2026-11-05T12:00')
const LATER = at('2026-11-07T12:00')

let place: string
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hourwise-cost-'))
})
afterAll(() => rmSync(place, { recursive: true }))

const running: SimulatedAzure[] = []
afterEach(async () => {
  for (const azure of running.splice(0)) await azure.close()
})

const WANTED: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: ['cost'],
  subscriptions: [],
  managementGroup: undefined,
  costScopes: Object.values(SAMPLE_BILLING),
  currency: 'USD',
  days: 60,
}

/** The sample's tenant without its exports. */
function bareTenant(moment: number): AzureTenant {
  return { ...sampleTenant(moment), exports: [] }
}

async function start(tenant: AzureTenant, pages: Partial<PageSizes> = {}, faults: readonly ScriptedFault[] = []) {
  const azure = await startAzure(tenant, { pages })
  azure.script(...faults)
  running.push(azure)
  return azure
}

async function run(
  azure: SimulatedAzure,
  folder: string,
  wanted: Partial<Wanted> = {},
  moment = NOW,
): Promise<Collected> {
  return collect(folder, { ...WANTED, ...wanted }, simulatedOutside(azure.port, moment))
}

const results = (collected: Collected) => collected.listings.map(({ listing, state }) => [listing, state])

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort()

/** The summary of the sample whose bill is that of another folder; null: its own exports. */
function reported(name: string, bill: string | null) {
  const folder = join(place, name)
  cpSync(SAMPLE, folder, { recursive: true, filter: (path) => bill === null || !path.startsWith(join(SAMPLE, 'cost')) })
  if (bill !== null) cpSync(bill, join(folder, 'bill'), { recursive: true })
  const ran = hourwise([
    'report',
    folder,
    '--out',
    join(place, `${name}-out`),
    '--format',
    'json',
    '--period',
    '2026-10',
  ])
  const read = (file: string) => JSON.parse(readFileSync(join(place, `${name}-out`, file), 'utf8'))
  const { findings: _, ...numbers } = ran.exit === 0 || ran.exit === 4 ? read('summary.json') : { findings: 0 }
  return { ...ran, numbers: numbers as Record<string, unknown> }
}

describe('a scope without exports', () => {
  test('gets its cost details report, and the numbers are those of the exports', async () => {
    const azure = await start(bareTenant(NOW), { costDetails: 700 })
    const bill = join(place, 'details')
    const collected = await run(azure, bill)
    expect(results(collected).map(([, state]) => state)).toEqual(['complete', 'complete', 'complete', 'complete'])
    expect(collected.listings[0]?.why).toContain('no finished export')
    expect(azure.count('cost-details-blob')).toBeGreaterThan(4)
    expect(secretsBelow(bill)).toEqual([])
    const details = reported('from-details', bill)
    const exports = reported('from-exports', null)
    expect(details.numbers).toEqual(exports.numbers)
  })
})

/** The answer of an agreement that has no such report. */
const NO_DETAILS = on('cost-details', 'always', {
  kind: 'answer',
  answer: failed(400, 'BadRequest', 'Cost details are not supported for this agreement.'),
})

describe('a scope with neither exports nor a details report', () => {
  test('is asked by query, page after page, and the cost is that of the exports', async () => {
    const azure = await start(bareTenant(NOW), { costQuery: 300 }, [NO_DETAILS])
    const bill = join(place, 'query')
    const collected = await run(azure, bill)
    expect(collected.listings.map(({ state }) => state)).toEqual(Array(10).fill('complete'))
    const query = reported('from-query', bill)
    const exports = reported('from-exports-again', null)
    const figure = (name: string, numbers: Record<string, unknown>) =>
      (numbers['figures'] as { figure: string; currency: string | null; value: string | null; reason: string | null }[])
        .filter((one) => one.figure === name)
        .map(({ currency, value, reason }) => [currency, value, reason])
    for (const name of [
      'total_cost',
      'cost_protected',
      'cost_while_off',
      'cost_unattributed',
      'billed_hours',
      'residual',
    ])
      expect(figure(name, query.numbers), name).toEqual(figure(name, exports.numbers))
    // The query knows no price, and neither do we then.
    for (const [, value, reason] of figure('flat_month_cost', query.numbers))
      expect([value, reason]).toEqual([null, 'no hourly price is known for every plan billed'])
    const findings = JSON.parse(readFileSync(join(place, 'from-query-out', 'findings.json'), 'utf8')) as {
      check: string
    }[]
    expect(findings.some(({ check }) => check === 'cost_unit_is_stated')).toBe(true)
  })

  test('a management group is asked by query at once, a subscription by its own lines only', async () => {
    const azure = await start(bareTenant(NOW), {}, [NO_DETAILS])
    const folder = mkdtempSync(join(place, 'group-'))
    const scope = 'providers/Microsoft.Management/managementGroups/ostrelle'
    const collected = await run(azure, folder, { costScopes: [scope], days: 5 })
    expect(azure.count('cost-details')).toBe(0)
    expect(collected.listings[1]?.why).toContain('a management group has no cost details report')
    const subscription = `subscriptions/${sampleTenant(NOW).subscriptions[0]?.id}`
    await run(azure, mkdtempSync(join(place, 'subscription-')), { costScopes: [subscription], days: 5 })
    const asked = azure.requests.filter(({ route }) => route === 'cost-query')
    expect(asked.at(-1)?.path).toContain(subscription)
    expect(asked[0]?.headers['clienttype']).toBe('hourwise')
  })

  test('further pages are asked for with the same body, at the same host only', async () => {
    const azure = await start(bareTenant(NOW), { costQuery: 700 }, [NO_DETAILS])
    const folder = mkdtempSync(join(place, 'pages-'))
    const wanted = { costScopes: [SAMPLE_BILLING.usd], days: 35 }
    await run(azure, folder, wanted)
    const october = azure.requests.filter(
      ({ route, body }) => route === 'cost-query' && JSON.stringify(body).includes('2026-10-01T'),
    )
    expect(october.length).toBeGreaterThan(3)
    expect(new Set(october.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(files(folder).filter((path) => path.includes('2026-10_'))).toHaveLength(october.length)
    azure.script(on('cost-query', 1, nextLinkTo('attacker.example')))
    const turned = await run(azure, mkdtempSync(join(place, 'turned-')), wanted)
    expect(turned.listings.filter(({ state }) => state !== 'complete')).toMatchObject([
      { state: 'incomplete', why: 'a next link leads to another host and was not followed' },
    ])
  })

  test.each(['qpu', 'entity', 'tenant', 'client', 'clienttype'])(
    'its own throttling header %s is waited for',
    async (name) => {
      const header = `x-ms-ratelimit-microsoft.costmanagement-${name}-retry-after`
      const azure = await start(bareTenant(NOW), {}, [NO_DETAILS, on('cost-query', 1, throttled(waitFor(header, 41)))])
      const outside = simulatedOutside(azure.port, NOW)
      const folder = mkdtempSync(join(place, 'throttled-'))
      await collect(folder, { ...WANTED, costScopes: [SAMPLE_BILLING.eur], days: 3 }, outside)
      expect(Math.max(...outside.sleeps)).toBe(41)
    },
  )
})

describe('a cost details report', () => {
  const usd = { costScopes: [SAMPLE_BILLING.usd], days: 30 }

  test('whose links have run out is made anew, and no file is left over', async () => {
    const azure = await start(bareTenant(NOW), { costDetails: 1500 })
    const undisturbed = join(place, 'undisturbed')
    await run(azure, undisturbed, usd)
    azure.forget()
    azure.script(
      on('cost-details-blob', 2, {
        kind: 'answer',
        answer: failed(403, 'AuthenticationFailed', 'Signature not valid'),
      }),
    )
    const folder = join(place, 'run-out')
    const collected = await run(azure, folder, usd)
    expect(collected.listings.filter(({ state }) => state !== 'complete')).toEqual([])
    expect(azure.count('cost-details')).toBe(3)
    expect(files(folder)).toEqual(files(undisturbed))
  })

  test('whose links never open is given up after three', async () => {
    const azure = await start(bareTenant(NOW), {}, [
      on('cost-details-blob', 'always', { kind: 'answer', answer: failed(403, 'AuthenticationFailed', 'no') }),
    ])
    const collected = await run(azure, mkdtempSync(join(place, 'never-')), usd)
    expect(collected.listings.at(-1)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('may not be read'),
    })
    expect(azure.count('cost-details')).toBe(3)
  })

  test('that the service cannot make gives way to the query', async () => {
    const azure = await start(bareTenant(NOW), {}, [
      on('cost-details-result', 'always', {
        kind: 'answer',
        answer: {
          status: 200,
          body: { status: 'Failed', error: { code: 'DatasetTooLarge', message: 'who@example.com' } },
        },
      }),
    ])
    const collected = await run(azure, mkdtempSync(join(place, 'failed-')), usd)
    expect(collected.listings[1]?.why).toContain('DatasetTooLarge')
    expect(JSON.stringify(collected.listings)).not.toContain('who@')
    expect(azure.count('cost-query')).toBeGreaterThan(0)
  })

  test.each([
    ['204', noContent],
    ['NoDataFound', { kind: 'answer', answer: { status: 200, body: { status: 'NoDataFound' } } } as const],
  ])('%s is a month without lines', async (_, fault) => {
    const azure = await start(bareTenant(NOW), {}, [on('cost-details-result', 'always', fault)])
    const collected = await run(azure, mkdtempSync(join(place, 'none-')), usd)
    expect(collected.listings.at(-1)).toMatchObject({ state: 'complete', rowsRead: 0 })
    expect(azure.count('cost-query')).toBe(0)
  })

  test('that lies on another host is not fetched', async () => {
    const azure = await start(bareTenant(NOW), {}, [
      on('cost-details-result', 'always', changedHost('costdetailsreports.blob.core.windows.net', 'attacker.example')),
    ])
    const collected = await run(azure, mkdtempSync(join(place, 'host-')), usd)
    expect(collected.listings.at(-1)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('no blob storage'),
    })
  })

  test('that may not be asked for is refused, and no query is tried in its place', async () => {
    const azure = await start(bareTenant(NOW), {}, [on('cost-details', 'always', noRight('who@example.com'))])
    const collected = await run(azure, mkdtempSync(join(place, 'refused-')), usd)
    expect(collected.listings.at(-1)).toMatchObject({ listing: `cost-details/${SAMPLE_BILLING.usd}`, state: 'refused' })
    expect(azure.count('cost-query')).toBe(0)
  })
})

describe('collected again', () => {
  test.each([
    ['details', [] as ScriptedFault[]],
    ['query', [NO_DETAILS]],
  ])('%s: the open month is asked for again and the newer answer counts; a final one is not', async (_, faults) => {
    const azure = await start(bareTenant(NOW), {}, faults)
    const bill = mkdtempSync(join(place, 'again-'))
    await run(azure, bill, { days: 30 }, at('2026-11-03T12:00'))
    const route = faults.length === 0 ? 'cost-details-result' : 'cost-query'
    const asked = azure.count(route)
    await run(azure, bill, { days: 30 }, LATER)
    // On the 3rd the charges of October could still change, on the 7th they could not.
    expect(azure.count(route)).toBeGreaterThan(asked)
    azure.forget()
    azure.script(...faults)
    await run(azure, bill, { days: 30 }, LATER + 86_400)
    const months = azure.requests
      .filter(({ method, path }) => method === 'POST' && /generateCostDetailsReport|\/query$/.test(path))
      .filter(({ status }) => status < 400)
      .map(({ body }) => JSON.stringify(body).match(/2026-\d\d/)?.[0])
    expect(new Set(months)).toEqual(new Set(['2026-11']))
    const read = await costLines(bill)
    expect(read).toEqual(await costLines(await once(azure, faults)))
  })
})

test.each([
  ['details', [] as ScriptedFault[]],
  ['query', [NO_DETAILS]],
])('%s give way to the exports that come later, and nothing counts twice', async (_, faults) => {
  const first = at('2026-11-01T06:00')
  const bill = mkdtempSync(join(place, 'switched-'))
  await run(await start(bareTenant(first), {}, faults), bill, { days: 20 }, first)
  const exported = await start(sampleTenant(NOW))
  await run(exported, bill, { days: 20 })
  const alone = mkdtempSync(join(place, 'exports-'))
  await run(exported, alone, { days: 20 })
  expect(await costLines(bill)).toEqual(await costLines(alone))
})

/** The bill collected a single time. */
async function once(azure: SimulatedAzure, faults: readonly ScriptedFault[]): Promise<string> {
  azure.script(...faults)
  const folder = mkdtempSync(join(place, 'once-'))
  await run(azure, folder, { days: 30 }, LATER)
  return folder
}

/** Lines and cost that count, by currency. */
async function costLines(folder: string) {
  const engine = await openDuckDb()
  try {
    await normalise(engine, folder)
    return await engine.rows(
      `select billing_currency, count(*) as lines, sum(billed_cost) as cost from normalise.cost_line
       where line_class = 'defender' group by 1 order by 1`,
    )
  } finally {
    await engine.close()
  }
}

const changedHost = (from: string, to: string) =>
  changed((body) => JSON.parse(JSON.stringify(body ?? {}).replaceAll(from, to)))
