// The simulated Azure itself: what it pages, refuses and breaks. Were it too kind, the tests of the collector would be.
import { createPipelineRequest } from '@azure/core-rest-pipeline'
import { afterEach, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { plainClient } from './client.ts'
import {
  event,
  expiredToken,
  nextLinkTo,
  on,
  repeatedPage,
  reset,
  throttled,
  truncated,
  waitFor,
  withHeaders,
} from './fault.ts'
import { generatedTenant } from './generated_tenant.ts'
import type { Limits } from './limit.ts'
import { withParquetExports } from './parquet_export.ts'
import { EXPORT_STORE, SAMPLE_BILLING, sampleTenant } from './sample_tenant.ts'
import { type PageSizes, type SimulatedAzure, startAzure } from './server.ts'
import type { AzureTenant, JsonRecord } from './tenant.ts'
import { SECRET, simulatedTransport } from './transport.ts'

const running: SimulatedAzure[] = []
afterEach(async () => {
  for (const azure of running.splice(0)) await azure.close()
})

async function start(tenant: AzureTenant, pages: Partial<PageSizes> = {}, limits: Limits = {}) {
  const azure = await startAzure(tenant, { pages, limits })
  running.push(azure)
  return { azure, call: plainClient(azure.port) }
}

const rows = (json: JsonRecord | undefined, key: string) => (json?.[key] ?? []) as JsonRecord[]

const NOW = at('2026-11-06T12:00')
const ARM = 'https://management.azure.com'
const GRAPH = `${ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`
const QUERY = `${ARM}/${SAMPLE_BILLING.usd}/providers/Microsoft.CostManagement/query?api-version=2023-11-01`
const MACHINES = `resources | where type =~ 'microsoft.compute/virtualmachines' | project id, powerState=tostring(properties.extended.instanceView.powerState.code) | order by id asc`
const queryBody = (granularity?: string) => ({
  type: 'ActualCost',
  timeframe: 'Custom',
  timePeriod: { from: '2026-10-01T00:00:00Z', to: '2026-10-31T23:59:59Z' },
  dataset: {
    ...(granularity === undefined ? {} : { granularity }),
    aggregation: {
      totalCost: { name: 'Cost', function: 'Sum' },
      totalQuantity: { name: 'UsageQuantity', function: 'Sum' },
    },
    grouping: [
      { type: 'Dimension', name: 'ResourceId' },
      { type: 'Dimension', name: 'Meter' },
    ],
    filter: {
      dimensions: {
        name: 'MeterCategory',
        operator: 'In',
        values: ['Microsoft Defender for Cloud', 'Security Center'],
      },
    },
  },
})

describe('the transport', () => {
  test('the answer belongs to the very request, under its real address', async () => {
    const { azure } = await start(sampleTenant(NOW))
    const hosts: string[] = []
    const request = createPipelineRequest({ url: 'https://prices.azure.com/api/retail/prices' })
    const response = await simulatedTransport(azure.port, hosts).sendRequest(request)
    expect(response.request).toBe(request)
    expect(request.url).toBe('https://prices.azure.com/api/retail/prices')
    expect(response.status).toBe(200)
    expect(hosts).toEqual(['prices.azure.com'])
    expect(azure.requests[0]?.host).toBe('prices.azure.com')
  })
})

describe('who may ask', () => {
  test('without a token, with one of another audience, with one where none belongs', async () => {
    const { call } = await start(sampleTenant(NOW))
    const url = `${ARM}/subscriptions?api-version=2022-12-01`
    expect((await call('GET', url)).status).toBe(200)
    expect((await call('GET', url, { anonymous: true })).status).toBe(401)
    expect((await call('GET', url, { scope: 'https://graph.microsoft.com/.default' })).status).toBe(401)
    expect((await call('GET', 'https://prices.azure.com/api/retail/prices')).status).toBe(400)
    expect((await call('GET', 'https://prices.azure.com/api/retail/prices', { anonymous: true })).status).toBe(200)
  })

  test('a host that is not Azure is never reached', async () => {
    const { call, azure } = await start(sampleTenant(NOW))
    await expect(call('GET', 'https://management.azure.com.attacker.example/subscriptions')).rejects.toThrow(
      /no service/,
    )
    await expect(call('GET', 'http://management.azure.com/subscriptions')).rejects.toThrow(/https|TLS/i)
    expect(azure.requests).toEqual([])
  })
})

test('each cloud by its own hosts and audiences', async () => {
  const { call } = await start(sampleTenant(NOW))
  for (const arm of ['management.azure.com', 'management.usgovcloudapi.net', 'management.chinacloudapi.cn']) {
    const url = `https://${arm}/subscriptions?api-version=2022-12-01`
    expect((await call('GET', url, { scope: `https://${arm}/.default` })).status).toBe(200)
    expect((await call('GET', url, { scope: 'https://management.core.windows.net/.default' })).status).toBe(401)
  }
  const skus = 'https://microsoftgraph.chinacloudapi.cn/v1.0/subscribedSkus'
  expect((await call('GET', skus, { scope: 'https://microsoftgraph.chinacloudapi.cn/.default' })).status).toBe(200)
  const machines = 'https://api-gov.securitycenter.microsoft.us/api/machines'
  expect((await call('GET', machines)).json?.['@odata.context']).toMatch(/^https:\/\/api-gov\./)
})

describe('Resource Graph', () => {
  const ask = (call: ReturnType<typeof plainClient>, query: string, options: object = {}) =>
    call('POST', GRAPH, { body: { query, options: { $top: 1000, ...options } } })

  test('pages add up, in order, and say how many there are', async () => {
    const tenant = sampleTenant(NOW)
    const { call } = await start(tenant, { resourceGraph: 40 })
    const machines = tenant.tables.resources.filter((row) => row['type'] === 'microsoft.compute/virtualmachines').length
    const ids: unknown[] = []
    let token: unknown
    do {
      const { json } = await ask(call, MACHINES, token === undefined ? {} : { $skipToken: token })
      expect(json).toMatchObject({ resultTruncated: 'false', totalRecords: machines })
      ids.push(...rows(json, 'data').map((row) => row['id']))
      token = json?.['$skipToken']
    } while (token !== undefined)
    expect(ids).toHaveLength(machines)
    expect(ids).toEqual([...new Set(ids)].toSorted())
  })

  test('without a column id the rest is lost; without an order pages overlap', async () => {
    const { call } = await start(sampleTenant(NOW), { resourceGraph: 60 })
    const nameless = (await ask(call, MACHINES.replace('project id,', 'project name,').replace('by id', 'by name')))
      .json
    expect(nameless).toMatchObject({ resultTruncated: 'true', count: 60 })
    expect(nameless).not.toHaveProperty('$skipToken')
    const loose = MACHINES.replace('| order by id asc', '')
    const first = (await ask(call, loose)).json
    const second = (await ask(call, loose, { $skipToken: first?.['$skipToken'] })).json
    const ids = [first, second].flatMap((page) => rows(page, 'data').map((row) => row['id']))
    expect(new Set(ids).size).toBeLessThan(ids.length)
  })

  test('more than a thousand rows a page, an unknown table and an unknown function are refused', async () => {
    const { call } = await start(sampleTenant(NOW))
    expect((await ask(call, MACHINES, { $top: 5000 })).status).toBe(400)
    expect((await ask(call, 'machines | project id')).status).toBe(400)
    expect((await ask(call, 'resources | project id=nonsense(id)')).status).toBe(400)
  })

  test('only the subscriptions that are asked for', async () => {
    const tenant = sampleTenant(NOW)
    const { call } = await start(tenant)
    const query = 'resourcecontainers | project id, subscriptionId | order by id asc'
    const one = tenant.subscriptions[0]?.id ?? ''
    const { json } = await call('POST', GRAPH, { body: { query, subscriptions: [one], options: { $top: 1000 } } })
    expect(json?.['data']).toEqual([{ id: `/subscriptions/${one}`, subscriptionId: one }])
  })
})

describe('Cost Management', () => {
  test('sums of a month by resource and meter, page after page by POST of the same body', async () => {
    const { call } = await start(sampleTenant(NOW), { costQuery: 50 })
    let url: unknown = QUERY
    let total = 0
    const rows = new Set<string>()
    while (typeof url === 'string') {
      const { json } = await call('POST', url, { body: queryBody() })
      const page = (json?.['properties'] ?? { rows: [] }) as { nextLink: unknown; rows: [number, number, string][] }
      for (const row of page.rows) {
        total += Math.round(row[0] * 1e8)
        rows.add(JSON.stringify(row))
      }
      if (page.nextLink !== null)
        expect((await call('POST', String(page.nextLink), { body: queryBody('Daily') })).status).toBe(400)
      url = page.nextLink
    }
    const lines = sampleTenant(NOW).costLines.filter(
      (line) =>
        line.currency === 'USD' &&
        line.day.startsWith('2026-10') &&
        ['Microsoft Defender for Cloud', 'Security Center'].includes(line.meterCategory),
    )
    expect(total).toBe(lines.reduce((sum, line) => sum + Math.round(Number(line.cost) * 1e8), 0))
    expect(rows.size).toBe(new Set(lines.map((line) => `${line.resourceId.toLowerCase()} ${line.meter}`)).size)
  })

  test('three groupings, an unknown dimension and more than a year are refused', async () => {
    const { call } = await start(sampleTenant(NOW))
    const body = queryBody()
    const grouping = [...body.dataset.grouping, { type: 'Dimension', name: 'ChargeType' }]
    expect((await call('POST', QUERY, { body: { ...body, dataset: { ...body.dataset, grouping } } })).status).toBe(400)
    const odd = { ...body.dataset, grouping: [{ type: 'Dimension', name: 'Colour' }] }
    expect((await call('POST', QUERY, { body: { ...body, dataset: odd } })).status).toBe(400)
    const timePeriod = { from: '2025-10-01T00:00:00Z', to: '2026-10-31T00:00:00Z' }
    expect((await call('POST', QUERY, { body: { ...body, timePeriod } })).status).toBe(400)
  })

  test('a details report is accepted, polled, and lies in blobs that take no token', async () => {
    const { call } = await start(sampleTenant(NOW), { costDetails: 4000 })
    const url = QUERY.replace('query?', 'generateCostDetailsReport?')
    const body = { metric: 'ActualCost', timePeriod: { start: '2026-10-01', end: '2026-10-31' } }
    const accepted = await call('POST', url, { body })
    expect(accepted.status).toBe(202)
    let reply = await call('GET', accepted.headers['location'] ?? '')
    const statuses = [reply.status]
    while (reply.status === 202) {
      reply = await call('GET', reply.headers['location'] ?? '')
      statuses.push(reply.status)
    }
    expect(statuses).toEqual([202, 202, 200])
    const { blobs } = (reply.json?.['manifest'] ?? { blobs: [] }) as { blobs: { blobLink: string }[] }
    expect(blobs).toHaveLength(2)
    const link = blobs[0]?.blobLink ?? ''
    expect((await call('GET', link)).status).toBe(400)
    expect((await call('GET', link.replace(SECRET, 'x'), { anonymous: true })).status).toBe(403)
    const texts = await Promise.all(blobs.map(({ blobLink }) => call('GET', blobLink, { anonymous: true })))
    expect(texts[0]?.text).toMatch(/^\uFEFF?BillingAccountId,SubscriptionId,Date,/)
    const lines = texts.reduce((sum, { text }) => sum + text.trimEnd().split('\r\n').length - 1, 0)
    expect(lines).toBe(5284)
  })

  test('an export is found by its run history and its manifest; what came later is not there yet', async () => {
    const { call } = await start(sampleTenant(at('2026-10-02T00:00')), { blobs: 1 })
    const exports = `${ARM}/${SAMPLE_BILLING.usd}/providers/Microsoft.CostManagement/exports`
    const listed = rows((await call('GET', `${exports}?api-version=2025-03-01`)).json, 'value')
    expect(listed.map((e) => e['name'])).toEqual(['ea-actual'])
    const history = await call('GET', `${exports}/ea-actual/runHistory?api-version=2025-03-01`)
    const runs = history.json?.['value'] as { properties: { manifestFile: string } }[]
    expect(runs).toHaveLength(1)
    const store = `https://${EXPORT_STORE.account}.blob.core.windows.net/${EXPORT_STORE.container}`
    const headers = { 'x-ms-version': '2021-08-06' }
    const manifest = await call('GET', `${store}/${runs[0]?.properties.manifestFile}`, { headers })
    expect(manifest.json).toHaveProperty('blobs')
    const list = await call('GET', `${store}?restype=container&comp=list&prefix=cost/`, { headers })
    expect(list.text).toMatch(/<NextMarker>[^<]+<\/NextMarker>/)
    expect((await call('GET', `${store}?restype=container&comp=list`)).status).toBe(400)
  })
})

test('exports in Parquet: the same runs, and manifests that name and measure the Parquet files', async () => {
  const tenant = await withParquetExports(sampleTenant(NOW))
  const names = [...tenant.blobs.keys()]
  expect(names.filter((name) => /csv/.test(name))).toEqual([])
  expect(names).toHaveLength(sampleTenant(NOW).blobs.size)
  const manifests = [...tenant.blobs].filter(([name]) => name.endsWith('/manifest.json'))
  for (const [name, content] of manifests) {
    for (const { blobName, byteCount } of JSON.parse(content.toString()).blobs) {
      const blob = tenant.blobs.get(`${name.split('/').slice(0, 2).join('/')}/${blobName}`)
      expect(blob?.subarray(0, 4).toString()).toBe('PAR1')
      expect(blob?.length).toBe(byteCount)
    }
  }
  expect(manifests).toHaveLength(5)
})

describe('the other services', () => {
  test('the activity log gives whole records unless fields are selected, and pages backwards in time', async () => {
    const tenant = sampleTenant(NOW)
    const { call } = await start(tenant, { activityLog: 7 })
    const subscription = tenant.events[0]?.subscriptionId
    const filter = `eventTimestamp ge '2026-09-01T00:00:00Z' and eventTimestamp le '2026-10-31T23:59:59Z' and resourceProvider eq 'Microsoft.Compute'`
    const base = `${ARM}/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=${encodeURIComponent(filter)}`
    expect((await call('GET', base)).text).toContain(SECRET)
    let url: unknown = `${base}&$select=eventTimestamp,operationName,status,resourceId,correlationId`
    const times: string[] = []
    while (typeof url === 'string') {
      const { json, text } = await call('GET', url)
      expect(text).not.toContain(SECRET)
      times.push(...rows(json, 'value').map((e) => String(e['eventTimestamp'])))
      url = json?.['nextLink']
    }
    expect(times.length).toBeGreaterThan(7)
    expect(times).toEqual(times.toSorted().toReversed())
    expect((await call('GET', base.replace('resourceProvider', 'caller'))).status).toBe(400)
  })

  test('Defender for Endpoint: pages by skip, regional hosts, 404 for nobody', async () => {
    const tenant = sampleTenant(NOW)
    const { call } = await start(tenant)
    const url = 'https://eu.api.security.microsoft.com/api/machines?$top=50'
    const first = await call('GET', url)
    expect(first.json?.['value']).toHaveLength(50)
    expect(first.json?.['@odata.nextLink']).toBe(`${url}&$skip=50`)
    tenant.devices = []
    expect((await call('GET', url)).status).toBe(404)
  })

  test('prices: a filter whose values are case-sensitive, links with :443', async () => {
    const { call } = await start(sampleTenant(NOW), { prices: 4 })
    const filter = (name: string) =>
      `$filter=${encodeURIComponent(`serviceName eq '${name}' and priceType eq 'Consumption'`)}`
    const url = 'https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview&currencyCode=EUR&'
    const page = await call('GET', url + filter('Microsoft Defender for Cloud'), { anonymous: true })
    expect(page.json).toMatchObject({ BillingCurrency: 'EUR', Count: 4 })
    expect(page.json?.['NextPageLink']).toMatch(/^https:\/\/prices\.azure\.com:443\//)
    expect((await call('GET', String(page.json?.['NextPageLink']), { anonymous: true })).json).toMatchObject({
      Count: 4,
    })
    expect((await call('GET', url + filter('microsoft defender for cloud'), { anonymous: true })).json).toMatchObject({
      Count: 0,
    })
  })

  test('metrics: at most fifty machines, of one subscription and region', async () => {
    const tenant = generatedTenant(120, 0)
    tenant.availability = (_, hour) => (hour % 7200 === 0 ? 1 : null)
    const { call } = await start(tenant)
    const ids = tenant.tables.resources.map((row) => String(row['id']))
    const url = (region: string) =>
      `https://${region}.metrics.monitor.azure.com/subscriptions/${tenant.subscriptions[0]?.id}/metrics:getBatch?api%2Dversion=2024-02-01&metricnamespace=Microsoft.Compute/virtualMachines&metricnames=VmAvailabilityMetric&aggregation=average&interval=PT1H&starttime=2026-10-01T00:00:00Z&endtime=2026-10-01T03:00:00Z`
    const ask = async (region: string, resourceids: string[]) => call('POST', url(region), { body: { resourceids } })
    const reply = await ask('westeurope', ids.slice(0, 50))
    expect(reply.json?.['values']).toHaveLength(50)
    expect(JSON.stringify(reply.json)).toContain(
      '{"timeStamp":"2026-10-01T01:00:00Z"},{"timeStamp":"2026-10-01T02:00:00Z","average":1}',
    )
    expect((await ask('westeurope', ids.slice(0, 51))).status).toBe(400)
    expect((await ask('eastus', ids.slice(0, 1))).status).toBe(400)
    expect((await ask('westeurope', [ids[0] ?? '', (ids[0] ?? '').toUpperCase()])).status).toBe(400)
  })

  test('licences: nothing but $select; plans of one machine', async () => {
    const tenant = sampleTenant(NOW)
    const { call } = await start(tenant)
    const skus = 'https://graph.microsoft.com/v1.0/subscribedSkus'
    expect((await call('GET', skus)).json?.['value']).toHaveLength(4)
    expect((await call('GET', `${skus}?$top=1`)).status).toBe(400)
    const machine = tenant.tables.resources.find((row) => row['name'] === 'web-01')?.['id']
    const plan = await call(
      'GET',
      `${ARM}${machine}/providers/Microsoft.Security/pricings/virtualMachines?api-version=2024-01-01`,
    )
    expect(plan.json).toMatchObject({ properties: { inherited: 'True', subPlan: 'P2' } })
  })
})

describe('faults', () => {
  test('hit the request of the route that they were written for, and no other', async () => {
    const { azure, call } = await start(sampleTenant(NOW))
    const wait = waitFor('x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after', 7)
    azure.script(on('cost-query', 2, throttled(wait)), on('resource-graph', 1, expiredToken))
    const replies = []
    for (let i = 0; i < 3; i++) replies.push(await call('POST', QUERY, { body: queryBody() }))
    expect(replies.map(({ status }) => status)).toEqual([200, 429, 200])
    expect(replies[1]?.headers).toMatchObject(wait)
    expect((await call('POST', GRAPH, { body: { query: MACHINES } })).status).toBe(401)
    expect(azure.count('cost-query')).toBe(3)
    expect(azure.requests.map(({ faulty }) => faulty)).toEqual([false, true, false, true])
  })

  test('a connection that breaks before, and in the middle of, an answer; a body that ends early', async () => {
    const { azure, call } = await start(sampleTenant(NOW))
    const url = 'https://api.security.microsoft.com/api/machines'
    azure.script(on('machines', 1, reset(0)), on('machines', 2, reset(2000)), on('machines', 3, truncated(2000)))
    await expect(call('GET', url)).rejects.toThrow()
    await expect(call('GET', url)).rejects.toThrow()
    await expect(call('GET', url)).rejects.toThrow(SyntaxError)
    expect((await call('GET', url)).status).toBe(200)
  })

  test('a service that takes so many requests and no more says what is left, and when', async () => {
    const limits = { 'resource-graph': { requests: 2, seconds: 60 }, 'cost-query': { requests: 1, seconds: 60 } }
    const { call } = await start(sampleTenant(NOW), {}, limits)
    const ask = () => call('POST', GRAPH, { body: { query: MACHINES } })
    const replies = [await ask(), await ask(), await ask()]
    expect(replies.map(({ status, headers }) => [status, headers['x-ms-user-quota-remaining']])).toEqual([
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ])
    expect(replies[1]?.headers['x-ms-user-quota-resets-after']).toMatch(/^00:0[01]:[0-5]\d$/)
    expect(replies[2]?.headers['retry-after']).toMatch(/^\d+$/)
    await call('POST', QUERY, { body: queryBody() })
    const refused = await call('POST', QUERY, { body: queryBody() })
    expect(refused.headers['x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after']).toMatch(/^\d+$/)
  })

  test('a page that comes twice, and a machine that goes between two pages', async () => {
    const tenant = sampleTenant(NOW)
    const { azure, call } = await start(tenant, { resourceGraph: 30 })
    const page = async (token?: unknown) =>
      (await call('POST', GRAPH, { body: { query: MACHINES, options: { $top: 1000, $skipToken: token } } })).json
    azure.script(...repeatedPage('resource-graph', 2))
    const first = await page()
    const second = await page(first?.['$skipToken'])
    expect(second?.['data']).toEqual(first?.['data'])
    const third = await page(second?.['$skipToken'])
    expect(third?.['data']).not.toEqual(first?.['data'])
    const ids = rows(third, 'data').map((row) => row['id'])
    azure.script(
      on(
        'resource-graph',
        1,
        event(() => {
          tenant.tables.resources = tenant.tables.resources.filter(
            (row) => row['id'] !== rows(first, 'data')[0]?.['id'],
          )
        }),
      ),
    )
    // One row that was read is gone: what comes next moves up by one, and its first row is never seen.
    const moved = await page(second?.['$skipToken'])
    expect(rows(moved, 'data').map((row) => row['id'])[0]).toBe(ids[1])
    expect(moved?.['totalRecords']).toBe(Number(first?.['totalRecords']) - 1)
  })

  test('a link to another host, further headers', async () => {
    const { azure, call } = await start(sampleTenant(NOW))
    azure.script(on('machines', 'always', nextLinkTo('evil.example')))
    azure.script(on('machines', 'always', withHeaders({ 'x-ms-user-quota-remaining': '0' })))
    const reply = await call('GET', 'https://api.security.microsoft.com/api/machines?$top=10')
    expect(reply.json?.['@odata.nextLink']).toMatch(/^https:\/\/evil\.example\/api\/machines/)
    expect(reply.headers['x-ms-user-quota-remaining']).toBe('0')
  })
})
