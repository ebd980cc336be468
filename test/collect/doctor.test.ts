// doctor: every source readable, refused and unreachable; another tenant; nobody signed in.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Examined } from '../../src/collect/doctor.ts'
import { SOURCES, type Source } from '../../src/collect/wanted.ts'
import { noRight, on, reset, type ScriptedFault, wrongTenant } from '../azure/fault.ts'
import { SAMPLE_BILLING, sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import type { AzureTenant } from '../azure/tenant.ts'
import { SECRET } from '../azure/transport.ts'
import { ROUTE_NAMES, type RouteName } from '../azure/wire.ts'
import { secretsIn } from './collected.ts'
import { costScopes, told } from './command.ts'
import { type SimulatedOutside, simulatedOutside } from './outside.ts'
import { NOW } from './world.ts'

/** Azure with faults, and a call of `hourwise doctor -o json`; what it says is searched for secrets. */
async function world(faults: readonly ScriptedFault[] = [], tenant: AzureTenant = sampleTenant(NOW)) {
  const azure = await startAzure(tenant)
  onTestFinished(() => azure.close())
  azure.script(...faults)
  const outside = simulatedOutside(azure.port, NOW)
  const doctor = async (words: readonly string[] = [], other: SimulatedOutside = outside) => {
    const ran = await told(other, ['doctor', ...costScopes(Object.values(SAMPLE_BILLING)), ...words])
    expect([...secretsIn(ran.out), ...secretsIn(ran.err)]).toEqual([])
    return ran
  }
  const examined = async (words: readonly string[] = [], other: SimulatedOutside = outside) => {
    const ran = await doctor([...words, '-o', 'json'], other)
    return { ...ran, all: (ran.out === '' ? [] : JSON.parse(ran.out)) as (Examined & { tenant: string | null })[] }
  }
  return { azure, outside, doctor, examined }
}

const statesOf = (all: readonly Examined[], source: Source) => [
  ...new Set(all.filter((one) => one.source === source).map(({ state }) => state)),
]

/** Which routes stand for a source. */
const ROUTES: Record<Source, readonly RouteName[]> = {
  inventory: ['resource-graph'],
  plans: ['resource-graph', 'settings'],
  assessments: ['resource-graph'],
  annotations: ['resource-graph'],
  power: ['activity-log'],
  availability: ['metrics'],
  alerts: ['alerts'],
  endpoint: ['machines'],
  licences: ['licences'],
  prices: ['prices'],
  cost: ['exports', 'cost-query'],
}

test('all rights: every source readable, with its least right; nothing on stderr, nothing written', async () => {
  const { doctor, examined, azure } = await world()
  const { exit, all, err } = await examined()
  expect([exit, err]).toEqual([0, ''])
  expect([...new Set(all.map(({ source }) => source))]).toEqual(SOURCES)
  for (const one of all) expect(one).toMatchObject({ state: 'readable', why: null, tenant: null })
  for (const { right, loss } of all) expect([right, loss]).not.toContain('')
  // Files of an export need a right of their own: it is examined by itself.
  expect(all.filter(({ source }) => source === 'cost').map(({ right }) => right)).toEqual([
    'Cost Management Reader',
    'Storage Blob Data Reader on the storage account',
    'Cost Management Reader',
  ])
  expect(azure.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE')).toEqual([])
  expect((await doctor()).out).toMatchInlineSnapshot(`
    "source        state     least right
    inventory     readable  Reader
    plans         readable  Security Reader or Reader
    assessments   readable  Security Reader or Reader
    annotations   readable  Reader
    power         readable  Reader or Monitoring Reader
    availability  readable  Monitoring Reader on the subscription
    alerts        readable  Security Reader or Reader
    endpoint      readable  application permission Machine.Read.All of WindowsDefenderATP, with admin consent
    licences      readable  Graph permission Organization.Read.All
    prices        readable  none
    cost          readable  Cost Management Reader; Storage Blob Data Reader on the storage account
    "
  `)
})

describe.each(SOURCES)('%s', (source) => {
  const routes = ROUTES[source]

  test('refused: said with the right that it takes and what the reports lose; exit 5 only when demanded', async () => {
    const { examined, doctor } = await world(routes.map((route) => on(route, 'always', noRight(`${SECRET}@x.example`))))
    const words = ['--only', `${source},${source === 'prices' ? 'licences' : 'prices'}`]
    const { exit, all, err } = await examined(words)
    expect([exit, statesOf(all, source)]).toEqual([0, ['refused']])
    for (const one of all.filter(({ state }) => state === 'refused')) {
      expect(one.why).toContain('AuthorizationFailed')
      expect(err).toContain(`it takes: ${one.right}; without it the reports lack ${one.loss}`)
    }
    expect((await doctor([...words, '--require', source])).exit).toBe(5)
    expect((await doctor(['--only', source])).exit).toBe(5)
  })

  test('not reached: said, and not taken for a refusal', async () => {
    const { examined } = await world(routes.map((route) => on(route, 'always', reset(0))))
    const { all, err } = await examined(['--only', `${source},${source === 'prices' ? 'licences' : 'prices'}`])
    expect(statesOf(all, source)).toEqual(['failed'])
    expect(err).toContain('is not reached: the connection was lost')
  })
})

test('what is hidden instead of refused: a list of subscriptions without any', async () => {
  const tenant = sampleTenant(NOW)
  tenant.tables.resourcecontainers = []
  const { examined } = await world([], { ...tenant, subscriptions: [] })
  const { all, err } = await examined()
  expect(all.find(({ listing }) => listing === 'inventory/subscriptions')).toMatchObject({ state: 'refused' })
  expect(statesOf(all, 'power')).toEqual(['unknown'])
  expect(err).toContain('no subscription is visible')
})

test('files of an export that may not be read', async () => {
  const { examined, doctor } = await world([on('blob', 'always', noRight(`${SECRET}@x.example`))])
  const { all, err } = await examined(['--only', 'cost'])
  expect(all.map(({ state }) => state)).toEqual(['readable', 'refused', 'readable'])
  expect(err).toContain('Storage Blob Data Reader')
  expect((await doctor(['--only', 'cost'])).out).toContain('refused in part')
})

test('another tenant: what Resource Manager answers is refused with the flag to use; the others are examined', async () => {
  const arm = ['resource-graph', 'subscriptions', 'exports', 'cost-query'] as const
  const { examined } = await world(arm.map((route) => on(route, 'always', wrongTenant)))
  const { exit, all, err } = await examined(['--require', 'inventory'])
  expect(exit).toBe(5)
  expect(statesOf(all, 'inventory')).toEqual(['refused'])
  expect(statesOf(all, 'power')).toEqual(['unknown'])
  expect(statesOf(all, 'licences')).toEqual(['readable'])
  expect(err).toContain('--tenant')
})

test('nothing readable at all: exit 5', async () => {
  const { examined } = await world(ROUTE_NAMES.map((route) => on(route, 'always', noRight(`${SECRET}@x.example`))))
  expect((await examined()).exit).toBe(5)
})

test('nobody is signed in: exit 5 with what to do', async () => {
  const { azure, outside, doctor } = await world()
  const nobody = {
    ...outside,
    credential: {
      ...outside.credential,
      getToken: async () => {
        throw Object.assign(new Error(`${SECRET} is not signed in`), { name: 'CredentialUnavailableError' })
      },
    },
  }
  const ran = await doctor(['--auth', 'cli'], nobody)
  expect(ran).toMatchObject({ exit: 5, out: '' })
  // Nothing went out, and so nobody waited for a network that is not there either.
  expect(azure.count()).toBe(0)
  expect(ran.err).toMatch(/signing in did not work[\s\S]*az login/)
})

test('a service that gives no token is refused there alone', async () => {
  const { outside, examined } = await world()
  const some = {
    ...outside,
    credential: {
      ...outside.credential,
      getToken: async (scopes: string | string[]) => {
        if (String(scopes).includes('securitycenter'))
          throw Object.assign(new Error('AADSTS65001: no consent'), { name: 'AuthenticationError' })
        return outside.credential.getToken(scopes)
      },
    },
  }
  const { exit, all } = await examined([], some)
  expect(exit).toBe(0)
  expect(all.filter(({ state }) => state !== 'readable')).toMatchObject([
    { source: 'endpoint', state: 'refused', why: 'no token is given for this service (AADSTS65001)' },
  ])
})

test('a cloud without a service: absent, which is no failing', async () => {
  const { examined } = await world()
  const { exit, all, err } = await examined(['--cloud', 'china', '--only', 'endpoint,prices,licences'])
  expect([exit, err]).toEqual([0, ''])
  expect(statesOf(all, 'endpoint')).toEqual(['absent'])
  expect(statesOf(all, 'prices')).toEqual(['absent'])
})
