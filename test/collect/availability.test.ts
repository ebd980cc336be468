// The availability metric: fifty machines of one region a question, at that region's own host, and what `report` makes of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { CLOUDS } from '../../src/collect/cloud.ts'
import { collect } from '../../src/collect/collect.ts'
import type { Wanted } from '../../src/collect/wanted.ts'
import { openDuckDb } from '../../src/engine/duckdb.ts'
import { normalise } from '../../src/normalise/normalise.ts'
import { changed, noRight, on } from '../azure/fault.ts'
import { generatedTenant } from '../azure/generated_tenant.ts'
import { audienceOf } from '../azure/host.ts'
import { startAzure } from '../azure/server.ts'
import type { AzureTenant } from '../azure/tenant.ts'
import { simulatedOutside } from './outside.ts'

const NOW = at('2026-11-05T12:30')
const HOUR = 3600
const WANTED: Wanted = {
  cloud: 'public',
  signIn: 'auto',
  sources: ['inventory', 'availability'],
  subscriptions: [],
  managementGroup: undefined,
  costScopes: [],
  currency: 'USD',
  days: 2,
}

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0)) await end()
})

async function start(tenant: AzureTenant) {
  const azure = await startAzure(tenant, {})
  const folder = mkdtempSync(join(tmpdir(), 'hourwise-metric-'))
  ended.push(
    () => azure.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  )
  const outside = simulatedOutside(azure.port, NOW)
  const run = (wanted: Partial<Wanted> = {}) => collect(folder, { ...WANTED, ...wanted }, outside)
  return { azure, folder, outside, run }
}

/** Virtual machines by subscription and region: how many questions of fifty there are. */
function questions(tenant: AzureTenant, spans: number): number {
  const groups = new Map<string, number>()
  for (const row of tenant.tables.resources) {
    if (String(row['type']).toLowerCase() !== 'microsoft.compute/virtualmachines') continue
    const key = `${row['subscriptionId']} ${row['location']}`
    groups.set(key, (groups.get(key) ?? 0) + 1)
  }
  return [...groups.values()].reduce((sum, count) => sum + Math.ceil(count / 50) * spans, 0)
}

describe('availability', () => {
  test('is asked for with as few questions as there must be, of each region its own host, and read by report', async () => {
    const tenant = generatedTenant(230, 1)
    // Up but for the third hour of each day, in which there is no value, and the fourth, in which it is down.
    tenant.availability = (_, hour) => {
      const ofDay = (hour / HOUR) % 24
      return ofDay === 2 ? null : ofDay === 3 ? 0 : 1
    }
    const { azure, folder, outside, run } = await start(tenant)
    const { listings, leastRequests } = await run()
    expect(listings.filter(({ state }) => state !== 'complete')).toEqual([])
    expect(azure.count('metrics')).toBe(questions(tenant, 1))
    expect(azure.count()).toBeLessThanOrEqual(leastRequests + 1)
    expect(outside.credential.scopes).toContain('https://metrics.monitor.azure.com/.default')
    const engine = await openDuckDb()
    ended.push(() => engine.close())
    const { unrecognised, files } = await normalise(engine, folder)
    expect(unrecognised.map(({ path }) => path).filter((path) => path.startsWith('availability'))).toEqual([])
    expect(files.find(({ kind }) => kind === 'availability')?.form).toBe('metrics of Azure Monitor, JSON (gzip)')
    const [read] = await engine.rows(
      `select count(distinct resource_id) as machines, count(*) as hours, sum(case when average = 0 then 1 else 0 end) as down,
              min(hour_at) as first_at from normalise.availability`,
    )
    const machines = tenant.tables.resources.filter((row) => /virtualmachines$/i.test(String(row['type']))).length
    const firstAt = Math.floor(NOW / HOUR) * HOUR - 2 * 86_400
    expect(read).toEqual({
      machines: String(machines),
      hours: String(machines * 46),
      down: String(machines * 2),
      first_at: String(firstAt),
    })
    // Collected again an hour later: an hour in both counts once.
    await run({ days: 3 })
    await normalise(engine, folder)
    const [twice] = await engine.rows(
      'select count(*) as hours, count(distinct (resource_id, hour_at)) as once from normalise.availability',
    )
    expect(twice?.['hours']).toBe(twice?.['once'])
  })

  test('is asked for in stretches of thirty days, without an inventory too', async () => {
    const tenant = generatedTenant(20, 1)
    const { azure, run } = await start(tenant)
    await run({ sources: ['availability'], days: 90 })
    expect(azure.count('metrics')).toBe(questions(tenant, 3))
    const spans = azure.requests
      .filter(({ route }) => route === 'metrics')
      .map(
        ({ query }) => (Date.parse(query.get('endtime') ?? '') - Date.parse(query.get('starttime') ?? '')) / 86_400_000,
      )
    expect(new Set(spans)).toEqual(new Set([30]))
  })

  test('that may not be read is refused, with the role that reads it', async () => {
    const { azure, run } = await start(generatedTenant(20, 1))
    azure.script(on('metrics', 'always', noRight('who@example.com')))
    const { listings } = await run()
    const left = listings.filter(({ state }) => state !== 'complete')
    expect(left.length).toBeGreaterThan(0)
    for (const one of left)
      expect(one).toMatchObject({ state: 'refused', right: 'Monitoring Reader on the subscription' })
  })

  test('that leaves machines out is incomplete', async () => {
    const { azure, run } = await start(generatedTenant(20, 1))
    azure.script(
      on(
        'metrics',
        1,
        changed((body) => ({ values: (body['values'] as unknown[]).slice(1) })),
      ),
    )
    const { listings } = await run()
    expect(listings.filter(({ state }) => state !== 'complete')).toMatchObject([
      { state: 'incomplete', why: expect.stringContaining('the service answered for') },
    ])
  })

  test('a region that is no plain name becomes no host', async () => {
    const tenant = generatedTenant(5, 1)
    for (const row of tenant.tables.resources) row['location'] = 'attacker.example/'
    const { azure, outside, run } = await start(tenant)
    await run()
    expect(azure.count('metrics')).toBe(0)
    expect(outside.hosts.filter((host) => host.includes('attacker'))).toEqual([])
  })
})

test('each cloud has its own host and audience of metrics', () => {
  for (const { metrics } of Object.values(CLOUDS))
    expect(metrics.scope).toBe(`${audienceOf(`eastus.${metrics.suffix}`)}/.default`)
})
