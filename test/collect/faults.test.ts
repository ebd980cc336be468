// Every fault by name, through the command: the folder is whole or says what is missing, the exit code tells, and no
// token, link or person is in any file or on the terminal. README.md beside this file says which test holds which fault.
import { describe, expect, onTestFinished, test } from 'vitest'
import { SOURCES } from '../../src/collect/wanted.ts'
import {
  changed,
  event,
  expiredToken,
  type Fault,
  nextLinkTo,
  noContent,
  noRight,
  on,
  repeatedPage,
  reset,
  type ScriptedFault,
  serverError,
  THROTTLE_HEADERS,
  throttled,
  truncated,
  waitFor,
  withHeaders,
  wrongTenant,
} from '../azure/fault.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import { type AzureTenant, emptyTenant } from '../azure/tenant.ts'
import { SECRET } from '../azure/transport.ts'
import { failed, ROUTE_NAMES, type RouteName } from '../azure/wire.ts'
import { secretsBelow, secretsIn, stateOf } from './collected.ts'
import { costScopes, told } from './command.ts'
import { simulatedOutside } from './outside.ts'
import { NOW, scratchFolder } from './world.ts'

const PERSON = `${SECRET}@ostrelle.example`
const SMALL = { resourceGraph: 40, machines: 50, activityLog: 30, costQuery: 50, prices: 5 }

/** The sample estate without exports: the bill comes by links that carry their own right to read. */
const withoutExports = (): AzureTenant => ({ ...sampleTenant(NOW), exports: [] })

/** Azure with faults, and calls of `hourwise collect` on one folder; each is searched for secrets. */
async function world(faults: readonly ScriptedFault[], tenant: AzureTenant = sampleTenant(NOW)) {
  const azure = await startAzure(tenant, { pages: SMALL })
  onTestFinished(() => azure.close())
  const folder = scratchFolder()
  azure.script(...faults)
  let calls = 0
  const collect = async (...words: string[]) => {
    const outside = simulatedOutside(azure.port, NOW + 60 * calls++)
    const all = ['collect', folder, ...costScopes(Object.values(SAMPLE_BILLING)), '-o', 'json', ...words]
    const ran = await told(outside, all)
    expect([...secretsBelow(folder), ...secretsIn(ran.out), ...secretsIn(ran.err)]).toEqual([])
    const [done] = ran.out === '' ? [] : JSON.parse(ran.out)
    const listings = (done?.collected.listings ?? []) as { listing: string; state: string; source: string }[]
    const lacking = listings.filter(({ state }) => state !== 'complete').map(({ listing, state }) => [listing, state])
    return { ...ran, lacking, listings, sleeps: outside.sleeps, hosts: outside.hosts }
  }
  return { azure, folder, collect }
}

/** The folder that a collection of these sources leaves when nothing goes wrong. */
async function undisturbed(...words: string[]): Promise<unknown> {
  const { collect, folder } = await world([])
  expect(await collect(...words)).toMatchObject({ exit: 0, lacking: [] })
  return stateOf(folder)
}

describe('faults that pass: the folder is in the end the undisturbed one', () => {
  const date = new Date((NOW + 90) * 1000).toUTCString()
  const quota = { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:09' }
  const cases: [string, RouteName, Fault, number[]][] = [
    ...THROTTLE_HEADERS.map((header): (typeof cases)[number] => [
      `429 with ${header}`,
      'resource-graph',
      throttled(waitFor(header, 7)),
      [7],
    ]),
    ['429 with a date', 'resource-graph', throttled({ 'retry-after': date }), [90]],
    ['429 with the quota headers of Resource Graph', 'resource-graph', throttled(quota), [9]],
    ['429 with no header', 'resource-graph', throttled(), [20]],
    ['429 of Cost Management with its own header', 'exports', throttled(waitFor(THROTTLE_HEADERS[4], 31)), [31]],
    ['200 with a used up quota', 'resource-graph', withHeaders(quota), [9]],
    ['500', 'resource-graph', serverError(500), [2]],
    ['503', 'resource-graph', serverError(503), [2]],
    ['503 with Retry-After', 'resource-graph', serverError(503, waitFor('retry-after', 13)), [13]],
    ['a reset before the answer', 'machines', reset(0), [2]],
    ['a reset in the middle of a page', 'machines', reset(3000), [2]],
    ['a page whose end is cut off', 'machines', truncated(3000), []],
    ['a reset in the middle of a file of an export', 'blob', reset(400), [2]],
    ['an expired token', 'resource-graph', expiredToken, []],
    ['an expired token for a file of an export', 'blob', expiredToken, []],
  ]
  test.each(cases)('%s', async (_, route, fault, waits) => {
    const words = ['--only', 'inventory,endpoint,cost']
    const { azure, collect, folder } = await world([on(route, 2, fault)])
    const ran = await collect(...words)
    expect(ran).toMatchObject({ exit: 0, lacking: [] })
    // Whoever asks the same service meanwhile waits as long: all waits are those that were asked for.
    expect(new Set(ran.sleeps)).toEqual(new Set(waits))
    expect(azure.requests.filter(({ faulty }) => faulty)).toHaveLength(1)
    expect(stateOf(folder)).toEqual(await undisturbed(...words))
  })
})

describe('faults that do not pass', () => {
  test('a Retry-After of an hour: given up at once, all of that service; the next call ends as if nothing had been', async () => {
    const { azure, collect, folder } = await world([on('resource-graph', 3, throttled(waitFor('retry-after', 3600)))])
    const ran = await collect('--only', 'inventory,endpoint')
    expect(ran.exit).toBe(4)
    expect(ran.sleeps).toEqual([])
    expect(new Set(ran.lacking.map(([, state]) => state))).toEqual(new Set(['failed']))
    expect(ran.err).toMatch(/asks for 3600 s of patience/)
    azure.forget()
    expect(await collect('--only', 'inventory,endpoint')).toMatchObject({ exit: 0, lacking: [] })
    expect(stateOf(folder)).toEqual(await undisturbed('--only', 'inventory,endpoint'))
  })

  test('a token that has expired for good: exit 5 with what to do', async () => {
    const { collect } = await world(ROUTE_NAMES.map((route) => on(route, 'always', expiredToken)))
    const ran = await collect('--auth', 'cli')
    expect(ran).toMatchObject({ exit: 5, out: '' })
    expect(ran.err).toMatch(/ExpiredAuthenticationToken[\s\S]*az login/)
  })

  test('another tenant: exit 5, and the flag that names the right one', async () => {
    const { collect } = await world(ROUTE_NAMES.map((route) => on(route, 'always', wrongTenant)))
    const ran = await collect()
    expect(ran).toMatchObject({ exit: 5, out: '' })
    expect(ran.err).toMatch(/another tenant[\s\S]*--tenant/)
  })

  test('another tenant for one service: that one is left out, and it says so', async () => {
    const { collect } = await world([on('licences', 'always', wrongTenant)])
    const ran = await collect('--only', 'inventory,licences')
    expect(ran).toMatchObject({ exit: 0, lacking: [['licences/subscribedSkus', 'refused']] })
    expect(ran.err).toMatch(/another tenant[\s\S]*--tenant/)
  })

  test('a next link to another host: not followed, no token goes there', async () => {
    const { collect } = await world([on('machines', 1, nextLinkTo('attacker.example'))])
    const ran = await collect('--only', 'endpoint')
    expect(ran).toMatchObject({ exit: 4, lacking: [['endpoint/machines', 'incomplete']] })
    expect(new Set(ran.hosts)).toEqual(new Set(['api.security.microsoft.com']))
  })

  test('a page that comes twice: incomplete', async () => {
    const { collect } = await world(repeatedPage('resource-graph', 2))
    const ran = await collect('--only', 'plans,annotations,assessments')
    expect(ran.exit).toBe(4)
    expect(new Set(ran.lacking.map(([, state]) => state))).toEqual(new Set(['incomplete']))
  })

  test('a machine that goes while pages are read: incomplete', async () => {
    const tenant = sampleTenant(NOW)
    const goes = event(() => {
      tenant.tables.resources = tenant.tables.resources.filter((row) => !/virtualmachines$/i.test(String(row['type'])))
    })
    const { collect } = await world([on('resource-graph', 4, goes)], tenant)
    const ran = await collect('--only', 'inventory')
    expect(ran.exit).toBe(4)
    expect(ran.lacking).toContainEqual(['inventory/virtual-machines', 'incomplete'])
  })

  test('the service lost the place where a list goes on: it is read from its beginning, once', async () => {
    const gone: Fault = { kind: 'answer', answer: failed(400, 'BadRequest', 'The skip token has expired.') }
    const words = ['--only', 'endpoint']
    const { azure, collect, folder } = await world([on('machines', 2, gone)])
    expect(await collect(...words)).toMatchObject({ exit: 0, lacking: [] })
    expect(stateOf(folder)).toEqual(await undisturbed(...words))
    azure.forget()
    azure.script(on('machines', 2, gone), on('machines', 4, gone))
    const ran = await collect('--only', 'endpoint', '--days', '30')
    expect(ran).toMatchObject({ exit: 4, lacking: [['endpoint/machines', 'failed']] })
  })

  test('a service that says it left rows out is believed', async () => {
    const cut = changed(({ $skipToken, ...body }) => ({ ...body, resultTruncated: 'true' }))
    const { collect } = await world([on('resource-graph', 2, cut)])
    expect((await collect('--only', 'inventory')).exit).toBe(4)
  })
})

describe('nothing there', () => {
  test('a tenant with one empty subscription is complete, and empty', async () => {
    const full = sampleTenant(NOW)
    const tenant = { ...emptyTenant(full.id), subscriptions: full.subscriptions.slice(0, 1) }
    const { collect } = await world([], tenant)
    const ran = await collect('--only', SOURCES.filter((source) => source !== 'cost').join(','))
    expect(ran).toMatchObject({ exit: 0, lacking: [] })
  })

  test('204 is an empty list', async () => {
    const routes = ['alerts', 'activity-log', 'licences', 'settings'] as const
    const { collect } = await world(routes.map((route) => on(route, 'always', noContent)))
    expect(await collect('--only', 'alerts,power,licences,plans')).toMatchObject({ exit: 0, lacking: [] })
  })

  test('a subscription list that is empty: exit 5, as Resource Graph would silently show nothing', async () => {
    const { collect } = await world([], { ...sampleTenant(NOW), subscriptions: [] })
    const ran = await collect()
    expect(ran.exit).toBe(5)
    expect(ran.err).toMatch(/no subscription[\s\S]*Reader/)
  })
})

describe('a missing right', () => {
  const refusals: [(typeof SOURCES)[number], RouteName[], string][] = [
    ['inventory', ['resource-graph'], 'Reader'],
    ['plans', ['resource-graph', 'settings'], 'Security Reader or Reader'],
    ['assessments', ['resource-graph'], 'Security Reader or Reader'],
    ['annotations', ['resource-graph'], 'Reader'],
    ['power', ['activity-log'], 'Reader or Monitoring Reader'],
    ['availability', ['metrics'], 'Monitoring Reader'],
    ['alerts', ['alerts'], 'Security Reader or Reader'],
    ['endpoint', ['machines'], 'Machine.Read.All'],
    ['licences', ['licences'], 'Organization.Read.All'],
    ['cost', ['exports', 'cost-details', 'cost-query'], 'Cost Management Reader'],
    ['cost', ['blob', 'cost-details', 'cost-query'], 'Storage Blob Data Reader'],
  ]
  test.each(refusals)(
    'of %s by %j: left out and named with what it takes; exit 5 only when demanded',
    async (source, routes, right) => {
      const { collect } = await world(routes.map((route) => on(route, 'always', noRight(PERSON))))
      // Prices need no right: something is read beside it.
      const ran = await collect('--only', `${source},prices`)
      expect(ran.exit).toBe(0)
      expect(ran.listings.filter((one) => one.source === source).some(({ state }) => state === 'refused')).toBe(true)
      expect(ran.listings.filter((one) => one.source === 'prices').map(({ state }) => state)).toEqual(['complete'])
      expect(ran.err).toContain(right)
      expect(ran.err).toContain('without it the reports lack')
      expect((await collect('--only', `${source},prices`, '--require', source)).exit).toBe(5)
    },
  )

  test('the list covers every source but prices, which need none', () => {
    expect(new Set([...refusals.map(([source]) => source), 'prices'])).toEqual(new Set(SOURCES))
  })

  test('one reason for many subscriptions is told once', async () => {
    const { collect } = await world([on('activity-log', 'always', noRight(PERSON))])
    const { err } = await collect('--only', 'power,prices')
    expect(err.match(/AuthorizationFailed/g)?.length).toBe(1)
  })

  test('a service that this sign-in gets no token for is left out; the others are read', async () => {
    const { azure, folder } = await world([])
    const outside = simulatedOutside(azure.port, NOW)
    const refusing = {
      ...outside.credential,
      getToken: async (scopes: string | string[]) => {
        if (String(scopes).includes('securitycenter'))
          throw Object.assign(new Error(`AADSTS65001: ${PERSON} has not consented`), { name: 'AuthenticationError' })
        return outside.credential.getToken(scopes)
      },
    }
    const ran = await told({ ...outside, credential: refusing }, ['collect', folder, '--only', 'inventory,endpoint'])
    expect(ran.exit).toBe(0)
    expect(ran.err).toMatch(/endpoint\/machines is refused: no token is given for this service \(AADSTS65001\)/)
    expect(ran.err).toContain('Machine.Read.All')
    expect([...secretsBelow(folder), ...secretsIn(ran.out), ...secretsIn(ran.err)]).toEqual([])
  })

  test('nobody is signed in: exit 5 with the way to sign in, and no folder full of refusals', async () => {
    const { azure, folder } = await world([])
    const outside = simulatedOutside(azure.port, NOW)
    const nobody = {
      ...outside.credential,
      getToken: async () => {
        throw Object.assign(new Error(`please run az login, ${PERSON}`), { name: 'CredentialUnavailableError' })
      },
    }
    for (const only of ['inventory', 'endpoint', 'cost', 'endpoint,licences', 'inventory,prices']) {
      const ran = await told({ ...outside, credential: nobody }, ['collect', folder, '--only', only, '--auth', 'cli'])
      expect(ran).toMatchObject({ exit: 5, out: '' })
      expect(ran.err).toMatch(/signing in did not work[\s\S]*az login/)
      expect(secretsIn(ran.err)).toEqual([])
    }
    expect(azure.count()).toBe(0)
  })
})

describe('links that carry a right to read', () => {
  test.each([
    ['all is well', []],
    ['no right', [on('cost-details-blob', 'always', noRight(PERSON))]],
    ['a reset', [on('cost-details-blob', 1, reset(300))]],
    ['gone', [on('cost-details-blob', 'always', serverError(500))]],
  ] as [string, ScriptedFault[]][])('%s: no link is in any file or word', async (_, faults) => {
    const { azure, collect } = await world(faults, withoutExports())
    const { exit } = await collect('--only', 'cost', '--days', '40')
    expect([0, 4, 5]).toContain(exit)
    expect(azure.count('cost-details-blob')).toBeGreaterThan(0)
  })
})
