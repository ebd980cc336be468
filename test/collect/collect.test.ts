// The collector against the simulated Azure: complete, patient, resumable, and without a secret in what it leaves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { type Collected, collect } from '../../src/collect/collect.ts'
import { SOURCES, type Wanted } from '../../src/collect/wanted.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import {
  expiredToken,
  nextLinkTo,
  noContent,
  noRight,
  on,
  reset,
  serverError,
  THROTTLE_HEADERS,
  throttled,
  truncated,
  waitFor,
} from '../azure/fault.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { type PageSizes, type SimulatedAzure, startAzure } from '../azure/server.ts'
import { recordingCredential, simulatedTransport } from '../azure/transport.ts'
import { secretsBelow, stateOf } from './collected.ts'

const NOW = at('2026-11-06T12:00')
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

const WANTED: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: SOURCES,
  subscriptions: [],
  managementGroup: undefined,
  costScopes: Object.values(SAMPLE_BILLING),
  currency: 'USD',
  days: 90,
}
const tenant = sampleTenant(NOW)

async function start(pages: Partial<PageSizes> = {}) {
  const azure = await startAzure(tenant, { pages })
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-collect-'))
  ended.push(
    () => azure.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  )
  return { azure, folder }
}

async function run(azure: SimulatedAzure, folder: string, wanted: Partial<Wanted> = {}, waits: number[] = []) {
  return collect(
    folder,
    { ...WANTED, ...wanted },
    {
      credential: recordingCredential(),
      httpClient: simulatedTransport(azure.port),
      nowSeconds: () => NOW,
      sleep: async (seconds) => {
        waits.push(seconds)
      },
    },
  )
}

const states = (done: Collected) => done.listings.filter(({ state }) => state !== 'complete')

describe('a collection', () => {
  test('reads everything once, in pages, and every file of it is recognised', async () => {
    const { azure, folder } = await start({ resourceGraph: 40, machines: 50, activityLog: 30 })
    const done = await run(azure, folder)
    expect(states(done)).toEqual([])
    const engine = await openDuckDb()
    ended.push(() => engine.close())
    const { files, unrecognised, findings } = await normalise(engine, folder)
    expect(unrecognised.filter(({ reason }) => !/without records|empty list/.test(reason))).toEqual([])
    expect(new Set(files.map(({ kind }) => kind))).toEqual(
      new Set([
        'cost',
        'cost-manifest',
        'alerts',
        'arm',
        'activity-log',
        'availability',
        'endpoint',
        'licences',
        'prices',
        'collection',
      ]),
    )
    expect(findings.filter(({ check }) => /listing_is_complete|left_nothing|files_are_unchanged/.test(check))).toEqual(
      [],
    )
    const [machines] = await engine.rows('select count(distinct resource_id) as n from normalise.machine_record')
    const there = [...tenant.tables.resources, ...tenant.tables.computeresources].filter((row) =>
      /^microsoft\.(compute\/virtualmachines|hybridcompute\/machines|compute\/virtualmachinescalesets\/virtualmachines)$/i.test(
        String(row['type']),
      ),
    ).length
    expect(machines?.['n']).toBe(String(there))
  })

  test('leaves no token, signature or person in any file', async () => {
    const { azure, folder } = await start()
    await run(azure, folder)
    expect(secretsBelow(folder)).toEqual([])
  })

  test('a second one adds snapshots and fetches no export again', async () => {
    const { azure, folder } = await start()
    await run(azure, folder)
    const blobs = azure.count('blob')
    await run(azure, folder, { days: 89 })
    expect(blobs).toBeGreaterThan(0)
    expect(azure.count('blob')).toBe(blobs)
  })
})

describe('patience', () => {
  test.each(THROTTLE_HEADERS.map((header) => [header]))('%s is waited for', async (header) => {
    const { azure, folder } = await start()
    azure.script(on('resource-graph', 1, throttled(waitFor(header, 7))))
    const waits: number[] = []
    expect(states(await run(azure, folder, { sources: ['inventory'] }, waits))).toEqual([])
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(7)
  })

  test('no header, 500, 503, a reset and a cut answer are tried again', async () => {
    const { azure, folder } = await start({ resourceGraph: 40 })
    azure.script(
      on('resource-graph', 2, throttled()),
      on('resource-graph', 4, serverError(500)),
      on('resource-graph', 5, serverError(503)),
      on('machines', 1, reset(300)),
      on('licences', 1, truncated(40)),
    )
    const done = await run(azure, folder, { sources: ['inventory', 'endpoint'] })
    expect(states(done)).toEqual([])
    expect(done.traffic.retries).toBeGreaterThanOrEqual(4)
  })

  test('an hour is not waited for: the listing is left for the next call, which goes on', async () => {
    const { azure, folder } = await start({ resourceGraph: 40 })
    azure.script(on('resource-graph', 3, throttled(waitFor('retry-after', 3600))))
    const left = states(await run(azure, folder, { sources: ['inventory'] }))
    expect(new Set(left.map(({ state }) => state))).toEqual(new Set(['failed']))
    // What is told to one listing holds for all of the service: at most those under way were asked.
    expect(azure.count('resource-graph')).toBeLessThanOrEqual(3 + 3)
    expect(states(await run(azure, folder, { sources: ['inventory'] }))).toEqual([])
  })
})

describe('what is not there', () => {
  test('a missing right leaves its source out, and no other', async () => {
    const { azure, folder } = await start()
    azure.script(on('machines', 'always', noRight('someone@example.com')))
    const left = states(await run(azure, folder))
    expect(left).toMatchObject([{ listing: 'endpoint/machines', state: 'refused' }])
    expect(JSON.stringify(left)).not.toContain('someone@')
  })

  test('a next link to another host is not followed', async () => {
    const { azure, folder } = await start({ machines: 50 })
    azure.script(on('machines', 1, nextLinkTo('attacker.example')))
    expect(states(await run(azure, folder, { sources: ['endpoint'] }))).toMatchObject([{ state: 'incomplete' }])
  })

  test('a token that nobody takes any more is an error of sign-in, not a bug', async () => {
    const { azure, folder } = await start()
    azure.script(on('subscriptions', 'always', expiredToken))
    await expect(run(azure, folder, { sources: ['alerts'] })).rejects.toMatchObject({ code: 5 })
  })

  test('204 is an empty list', async () => {
    const { azure, folder } = await start()
    azure.script(on('alerts', 'always', noContent))
    expect(states(await run(azure, folder, { sources: ['alerts'] }))).toEqual([])
  })
})

test('stopped after any request, the next call goes on: the folder is that of an undisturbed one', async () => {
  const { azure, folder } = await start({ resourceGraph: 60, machines: 50 })
  const sources = ['inventory', 'endpoint', 'licences'] as const
  await run(azure, folder, { sources })
  const whole = stateOf(folder)
  const needed = azure.count()
  for (let stop = 1; stop < needed; stop += 2) {
    const other = mkdtempSync(join(tmpdir(), 'hourwise-collect-'))
    ended.push(() => rmSync(other, { recursive: true, force: true }))
    let asked = 0
    const network = simulatedTransport(azure.port)
    const outside = { credential: recordingCredential(), nowSeconds: () => NOW, sleep: async () => {} }
    const wanted = { ...WANTED, sources }
    const dying = {
      sendRequest: (request: Parameters<typeof network.sendRequest>[0]) =>
        ++asked > stop
          ? Promise.reject(Object.assign(new Error('killed'), { name: 'AuthenticationRequiredError' }))
          : network.sendRequest(request),
    }
    await expect(collect(other, wanted, { ...outside, httpClient: dying })).rejects.toThrow('signing in')
    azure.forget()
    await collect(other, wanted, { ...outside, nowSeconds: () => NOW + 5, httpClient: network })
    expect(stateOf(other)).toEqual(whole)
  }
})
