// One listing, page after page, over the simulated Azure: whole, or said to be incomplete, whatever goes wrong on the way.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { activityListing } from '../../src/collect/activity_log.ts'
import { alertListing } from '../../src/collect/alerts.ts'
import { CLOUDS } from '../../src/collect/cloud.ts'
import { endpointListing } from '../../src/collect/endpoint.ts'
import { type Listing, readListing } from '../../src/collect/listing.ts'
import { GRAPH_DATASETS, graphListing } from '../../src/collect/resource_graph.ts'
import { openStore } from '../../src/collect/store.ts'
import { openWire } from '../../src/collect/wire.ts'
import {
  changed,
  event,
  nextLinkTo,
  noContent,
  noRight,
  on,
  repeatedPage,
  reset,
  type ScriptedFault,
  throttled,
  truncated,
  waitFor,
} from '../azure/fault.ts'
import { generatedTenant } from '../azure/generated_tenant.ts'
import { type SimulatedAzure, startAzure } from '../azure/server.ts'
import type { AzureTenant, JsonRecord } from '../azure/tenant.ts'
import { SECRET } from '../azure/transport.ts'
import { contentOf, filesOf, secretsBelow } from './collected.ts'
import { type SimulatedOutside, simulatedOutside } from './outside.ts'

const NOW = 1_793_500_000
const CLOUD = CLOUDS.public
const MACHINES = graphListing(CLOUD, dataset('virtual-machines'), { subscriptions: [], managementGroup: undefined })

function dataset(name: string): (typeof GRAPH_DATASETS)[number] {
  const found = GRAPH_DATASETS.find(({ query }) => query === name)
  if (found === undefined) throw new Error(`no dataset ${name}`)
  return found
}

let folder: string
let azure: SimulatedAzure
let outside: SimulatedOutside
let tenant: AzureTenant
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hourwise-listing-'))
  tenant = generatedTenant(600, 0)
  azure = await startAzure(tenant, { pages: { resourceGraph: 100, activityLog: 300 } })
  outside = simulatedOutside(azure.port, NOW)
})
afterEach(async () => {
  await azure.close()
  rmSync(folder, { recursive: true })
})

/** One call of the collector for one listing: what it says, and the rows that lie on the disk. */
async function read(listing: Listing, ...faults: ScriptedFault[]) {
  azure.script(...faults)
  const store = openStore(folder, 'test', NOW)
  const result = await readListing(openWire(outside), store, listing)
  return { result, ids: idsBelow() }
}

/** Every id in the folder, in the order of pages. */
function idsBelow(): unknown[] {
  return [...filesOf(folder)]
    .filter(([path]) => path.endsWith('.json.gz'))
    .flatMap(([, content]) => {
      const page = JSON.parse(gunzipSync(content).toString()) as JsonRecord
      return ((page['data'] ?? page['value']) as JsonRecord[]).map((row) => row['id'])
    })
}
const LIVING = 540

describe('Resource Graph', () => {
  test('every page once, every machine once, with as few requests as there are pages', async () => {
    const { result, ids } = await read(MACHINES)
    expect(result).toMatchObject({ state: 'complete', pages: 6, rowsRead: LIVING, rowsAnnounced: LIVING })
    expect(new Set(ids).size).toBe(LIVING)
    expect(azure.count()).toBe(6)
    expect(new Set(azure.requests.map(({ body }) => JSON.stringify({ ...(body as object), options: null }))).size).toBe(
      1,
    )
  })

  test.each([
    ['the connection breaks in the middle of a page', reset(3000)],
    ['a body ends early', truncated(3000)],
    ['no content', noContent],
  ])('%s: nothing is lost, and nothing half is called complete', async (_, fault) => {
    let { result } = await read(MACHINES, on('resource-graph', 3, fault))
    if (result.state !== 'complete') result = (await read(MACHINES)).result
    expect(result).toMatchObject({ state: 'complete', rowsRead: LIVING })
    expect(new Set(idsBelow()).size).toBe(LIVING)
  })

  test('a page that comes twice makes the listing incomplete', async () => {
    const { result } = await read(MACHINES, ...repeatedPage('resource-graph', 3))
    expect(result.state).toBe('incomplete')
  })

  test('a machine that goes while pages are read makes the listing incomplete', async () => {
    const goes = event(() => {
      tenant.tables.resources = tenant.tables.resources.slice(1)
    })
    const { result } = await read(MACHINES, on('resource-graph', 3, goes))
    expect(result.state).toBe('incomplete')
  })

  test('a service that says it left rows out is believed', async () => {
    const cut = changed(({ $skipToken, ...body }) => ({ ...body, resultTruncated: 'true' }))
    const { result } = await read(MACHINES, on('resource-graph', 2, cut))
    expect(result).toMatchObject({ state: 'incomplete', rowsRead: 200, rowsAnnounced: LIVING })
  })

  test('a list that ends before it should is incomplete', async () => {
    const ends = changed(({ $skipToken, ...body }) => body)
    const { result } = await read(MACHINES, on('resource-graph', 2, ends))
    expect(result).toMatchObject({ state: 'incomplete', rowsRead: 200, rowsAnnounced: LIVING })
  })

  test('what was given up goes on with the page that was missing, and ends as if nothing had been', async () => {
    const hour = throttled(waitFor('retry-after', 3600))
    const { result } = await read(MACHINES, on('resource-graph', 4, hour))
    expect(result).toMatchObject({ state: 'failed', pages: 3 })
    azure.forget()
    expect((await read(MACHINES)).result).toMatchObject({ state: 'complete', pages: 6, rowsRead: LIVING })
    expect(azure.count()).toBe(3)
    const interrupted = contentOf(folder)
    rmSync(folder, { recursive: true })
    await read(MACHINES)
    expect(Object.keys(interrupted)).toEqual(Object.keys(contentOf(folder)))
    expect(new Set(idsBelow()).size).toBe(LIVING)
  })

  test('a machine that appears between two calls does not go unnoticed', async () => {
    await read(MACHINES, on('resource-graph', 4, throttled(waitFor('retry-after', 3600))))
    tenant.tables.resources = tenant.tables.resources.slice(1)
    azure.forget()
    expect((await read(MACHINES)).result.state).toBe('incomplete')
  })

  test('no right: refused, and the words of the service are not repeated', async () => {
    const { result } = await read(MACHINES, on('resource-graph', 1, noRight(`${SECRET}@x.example`)))
    expect(result).toMatchObject({ state: 'refused', pages: 0 })
    expect(JSON.stringify(result)).not.toContain(SECRET)
  })

  test('an empty tenant is complete', async () => {
    tenant.tables.resources = []
    expect((await read(MACHINES)).result).toMatchObject({ state: 'complete', rowsRead: 0 })
  })
})

describe('Defender for Endpoint', () => {
  const devices = endpointListing(CLOUD) as Listing

  test('more than a page', async () => {
    tenant.devices = Array.from({ length: 25_000 }, (_, i) => ({ id: `d${i}` }))
    const { result, ids } = await read(devices)
    expect(result).toMatchObject({ state: 'complete', pages: 3 })
    expect(new Set(ids).size).toBe(25_000)
    expect(azure.count()).toBe(3)
  })

  test('a full page without a link is no end', async () => {
    tenant.devices = Array.from({ length: 25_000 }, (_, i) => ({ id: `d${i}` }))
    const linkless = changed(({ '@odata.nextLink': link, ...body }) => body)
    const { result, ids } = await read(devices, on('machines', 'always', linkless))
    if (result.state === 'complete') expect(new Set(ids).size).toBe(25_000)
    else expect(result.state).toBe('incomplete')
  })

  test('a link to another host is not followed, and no token goes there', async () => {
    tenant.devices = Array.from({ length: 25_000 }, (_, i) => ({ id: `d${i}` }))
    const { result } = await read(devices, on('machines', 1, nextLinkTo('evil.example')))
    expect(result).toMatchObject({ state: 'incomplete', pages: 1 })
    expect(new Set(outside.hosts)).toEqual(new Set(['api.security.microsoft.com']))
  })

  test('a page that comes twice makes the listing incomplete', async () => {
    tenant.devices = Array.from({ length: 25_000 }, (_, i) => ({ id: `d${i}` }))
    const { result } = await read(devices, ...repeatedPage('machines', 2))
    expect(result.state).toBe('incomplete')
  })

  test('nobody: 404 is an answer', async () => {
    tenant.devices = []
    expect((await read(devices)).result).toMatchObject({ state: 'complete', rowsRead: 0 })
  })
})

describe('persons', () => {
  test('whoever started a machine is in no file, even where the service does not heed the selection', async () => {
    const subscription = tenant.subscriptions[0]?.id ?? ''
    const unheeded = changed((body) => ({ ...body, value: tenant.events.slice(0, 50).map(({ record }) => record) }))
    const listing = activityListing(CLOUD, subscription, NOW - 40 * 86_400, NOW)
    const { result } = await read(listing, on('activity-log', 2, unheeded))
    expect(result.rowsRead).toBeGreaterThan(300)
    expect(secretsBelow(folder)).toEqual([])
  })

  test('accounts that an alert names are in no file', async () => {
    const { result } = await read(alertListing(CLOUD, tenant.subscriptions[0]?.id ?? ''))
    expect(result).toMatchObject({ state: 'complete', rowsRead: 1 })
    expect(secretsBelow(folder)).toEqual([])
  })
})
