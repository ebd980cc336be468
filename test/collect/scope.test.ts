// What is looked at: tenant, management group, subscriptions; and plans of single machines where they differ.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { collect } from '../../src/collect/collect.ts'
import { collectTenants } from '../../src/collect/tenants.ts'
import type { Wanted } from '../../src/collect/wanted.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { noRight, on, serverError } from '../azure/fault.ts'
import { sampleTenant } from '../azure/sample_tenant.ts'
import { startAzure } from '../azure/server.ts'
import { failed } from '../azure/wire.ts'
import { contentOf } from './collected.ts'
import { simulatedOutside } from './outside.ts'

const NOW = at('2026-11-05T12:00')
const TENANT = sampleTenant(NOW)
const WANTED: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: ['inventory', 'plans'],
  subscriptions: [],
  managementGroup: undefined,
  costScopes: [],
  currency: 'USD',
  days: 30,
}

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

async function start(tenant = TENANT) {
  const azure = await startAzure(tenant, {})
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-scope-'))
  ended.push(
    () => azure.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  )
  const run = (wanted: Partial<Wanted> = {}, into = folder) =>
    collect(into, { ...WANTED, ...wanted }, simulatedOutside(azure.port, NOW))
  return { azure, folder, run }
}

describe('a management group', () => {
  const [first, second] = TENANT.subscriptions.map(({ id }) => id)
  const group = new Map([['production', [String(first), String(second)]]])

  test('is what every source is read below, not only those of Resource Graph', async () => {
    const { azure, run } = await start({ ...TENANT, managementGroups: group })
    await run({ managementGroup: 'production', sources: ['inventory', 'plans', 'power', 'alerts', 'cost'] })
    expect(azure.count('subscriptions')).toBe(0)
    for (const route of ['activity-log', 'alerts', 'settings', 'exports'] as const) {
      const asked = azure.requests.filter((request) => request.route === route).map(({ path }) => path.split('/')[2])
      expect(new Set(asked), route).toEqual(new Set([first, second]))
    }
  })

  test('without a subscription that may be read is an error of sign-in', async () => {
    const { run } = await start({ ...TENANT, managementGroups: group })
    await expect(run({ managementGroup: 'elsewhere', sources: ['alerts'] })).rejects.toMatchObject({
      code: 5,
      message: expect.stringContaining('elsewhere'),
    })
  })
})

describe('plans of single machines', () => {
  /** Machines of the subscriptions that the sample covers in part. */
  const partly = TENANT.tables.securityresources
    .filter((row) => JSON.stringify(row).includes('PartiallyCovered') && row['name'] === 'VirtualMachines')
    .map((row) => String(row['subscriptionId']))
  const machines = TENANT.tables.resources.filter(
    (row) =>
      partly.includes(String(row['subscriptionId'])) &&
      /^microsoft\.(compute\/virtualmachines|compute\/virtualmachinescalesets|hybridcompute\/machines)$/i.test(
        String(row['type']),
      ),
  )

  test('are asked for where a subscription is covered in part, and only there', async () => {
    const { azure, folder, run } = await start()
    const { listings } = await run()
    expect(partly.length).toBeGreaterThan(0)
    expect(partly.length).toBeLessThan(TENANT.subscriptions.length)
    expect(listings.filter(({ state }) => state !== 'complete')).toEqual([])
    const asked = azure.requests.filter(({ route }) => route === 'resource-pricing')
    expect(asked).toHaveLength(machines.length)
    const engine = await openDuckDb()
    ended.push(() => engine.close())
    await normalise(engine, folder)
    const [own] = await engine.rows(
      `select count(*) as settings, count(case when not is_inherited then 1 end) as own
       from normalise.plan_setting where scope_level = 'resource' and plan_name = 'virtualmachines'`,
    )
    const differing = [...TENANT.resourcePricings].filter(
      ([id, { properties }]) =>
        machines.some((row) => String(row['id']).toLowerCase() === id) &&
        String((properties as { inherited?: string }).inherited).toLowerCase() === 'false',
    )
    expect(own).toEqual({ settings: String(machines.length), own: String(differing.length) })
    expect(differing.length).toBeGreaterThan(0)
  })

  test('are asked for without an inventory, too', async () => {
    const { azure, folder, run } = await start()
    await run({ sources: ['plans'] })
    expect(azure.count('resource-pricing')).toBe(machines.length)
    // The ids that it took to ask are no inventory and are not kept as one.
    expect(readdirSync(folder).filter((name) => name === 'inventory')).toEqual([])
  })

  test('of a machine that went away meanwhile are left out and told', async () => {
    const { azure, run } = await start()
    azure.script(on('resource-pricing', 2, { kind: 'answer', answer: failed(404, 'ResourceNotFound', 'gone') }))
    const { listings } = await run()
    expect(listings.find(({ listing }) => listing.startsWith('plans/resources'))).toMatchObject({
      state: 'complete',
      why: '1 machines were gone when they were asked',
    })
  })

  test('that may not be read are refused, and nothing else is', async () => {
    const { azure, run } = await start()
    azure.script(on('resource-pricing', 'always', noRight('who@example.com')))
    const { listings } = await run()
    expect(listings.filter(({ state }) => state !== 'complete')).toMatchObject([
      { listing: 'plans/resources', state: 'refused', right: 'Security Reader or Reader' },
    ])
  })

  test('that fail half-way are gone on with', async () => {
    const whole = await start()
    await whole.run()
    const { azure, folder, run } = await start()
    azure.script(on('resource-pricing', 'always', serverError(503)))
    expect((await run()).listings.filter(({ state }) => state === 'failed')).toHaveLength(1)
    azure.forget()
    expect((await run()).listings.filter(({ state }) => state !== 'complete')).toEqual([])
    const without = (content: Record<string, string>) => ({ ...content, 'collection.json': '' })
    expect(without(contentOf(folder))).toEqual(without(contentOf(whole.folder)))
    expect(JSON.parse(readFileSync(join(folder, 'collection.json'), 'utf8')).files).toEqual(
      JSON.parse(readFileSync(join(whole.folder, 'collection.json'), 'utf8')).files,
    )
  })
})

describe('several tenants', () => {
  test('are collected one after the other into folders of their own; one that does not let in keeps no other out', async () => {
    const { azure, folder } = await start()
    const outside = (tenant: string | undefined) => {
      const simulated = simulatedOutside(azure.port, NOW)
      const closed = {
        getToken: () =>
          Promise.reject(Object.assign(new Error('AADSTS50020 who@example.com'), { name: 'AuthenticationError' })),
      }
      return tenant === 'closed.example' ? { ...simulated, credential: closed } : simulated
    }
    const tenants = ['one.example', 'closed.example', 'Two/../example']
    const results = await collectTenants(folder, tenants, { ...WANTED, sources: ['inventory'] }, outside)
    expect(results.map(({ tenant, error }) => [tenant, error?.code])).toEqual([
      ['one.example', undefined],
      ['closed.example', 5],
      ['Two/../example', undefined],
    ])
    expect(String(results[1]?.error?.message)).not.toContain('who@')
    expect(readdirSync(folder).sort()).toEqual(['closed.example', 'one.example', 'two_.._example'])
    const single = () => collectTenants(folder, ['closed.example'], WANTED, outside)
    await expect(single()).rejects.toMatchObject({ code: 5 })
    const both = () => collectTenants(folder, ['closed.example', 'closed.example'], WANTED, outside)
    await expect(both()).rejects.toMatchObject({ code: 5 })
  })
})
