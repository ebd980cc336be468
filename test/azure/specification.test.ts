// Reads ../shared/azure-specs, Microsoft's OpenAPI documents (github.com/Azure/azure-rest-api-specs, October 2024); skipped
// where absent. The simulation's answers, and the requests that they answer, are validated against them with oav.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at } from '../../fixtures/estate/moment.ts'
import { packageRoot } from '../../src/package_root.ts'
import { plainClient } from './client.ts'
import { SAMPLE_BILLING, sampleTenant } from './sample_tenant.ts'
import { type LoggedRequest, type SimulatedAzure, startAzure } from './server.ts'
import type { JsonRecord } from './tenant.ts'

const folder = join(packageRoot, '..', 'shared', 'azure-specs', 'specification')

interface Verdict {
  readonly isSuccessful?: boolean
  readonly errors: readonly { code: string; message: string; pathsInPayload: string[] }[]
  readonly runtimeException?: { code: string; message: string }
}
interface Validator {
  initialize(): Promise<void>
  validateLiveRequestResponse(pair: {
    liveRequest: object
    liveResponse: object
  }): Promise<{ requestValidationResult: Verdict; responseValidationResult: Verdict; runtimeException?: unknown }>
}
type ValidatorClass = new (options: object, log: () => void) => Validator

/** The documents that describe what is simulated; of several versions the one that the tests call. */
const DOCUMENTS = [
  'cost-management/resource-manager/Microsoft.CostManagement/stable/2023-11-01/*.json',
  'resourcegraph/resource-manager/Microsoft.ResourceGraph/stable/2024-04-01/*.json',
  'security/resource-manager/Microsoft.Security/stable/2024-01-01/*.json',
  'monitor/resource-manager/Microsoft.Insights/stable/2015-04-01/activityLogs_API.json',
  'monitor/data-plane/Microsoft.Insights/stable/2024-02-01/metricBatch.json',
]

describe.skipIf(!existsSync(folder))("the simulation against Microsoft's OpenAPI documents", () => {
  let azure: SimulatedAzure
  let call: ReturnType<typeof plainClient>
  let validator: Validator
  const tenant = sampleTenant(at('2026-11-06T12:00'))

  beforeAll(async () => {
    // oav is CommonJS, and takes seconds to load: only where it is of use.
    const { LiveValidator } = createRequire(import.meta.url)('oav') as { LiveValidator: ValidatorClass }
    validator = new LiveValidator(
      { git: { shouldClone: false }, directory: folder, swaggerPathsPattern: DOCUMENTS, isPathCaseSensitive: false },
      () => {},
    )
    await validator.initialize()
    azure = await startAzure(tenant, { pages: { costQuery: 50, resourceGraph: 40, activityLog: 20 } })
    call = plainClient(azure.port)
  })
  afterAll(() => azure?.close())

  /** What oav has against the last exchange, its request and its answer, as lines. */
  async function objections(changed: (answer: JsonRecord) => unknown = (answer) => answer): Promise<string[]> {
    const last = azure.requests.at(-1) as LoggedRequest
    const { requestValidationResult, responseValidationResult } = await validator.validateLiveRequestResponse({
      liveRequest: {
        url: `https://${last.host}${last.path}?${last.query}`,
        method: last.method,
        headers: last.headers,
        query: Object.fromEntries(last.query),
        body: last.body,
      },
      liveResponse: {
        statusCode: String(last.status),
        headers: last.answer.headers ?? {},
        body: changed(structuredClone(last.answer.body) as JsonRecord),
      },
    })
    return [requestValidationResult, responseValidationResult].flatMap((verdict) => [
      ...verdict.errors.map((e) => `${e.code} ${e.pathsInPayload.join(' ')}: ${e.message}`),
      ...(verdict.runtimeException ? [`${verdict.runtimeException.code}: ${verdict.runtimeException.message}`] : []),
    ])
  }

  const ARM = 'https://management.azure.com'
  const subscription = tenant.subscriptions[0]?.id ?? ''
  const graphUrl = `${ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`
  const query = `resources | where type =~ 'microsoft.compute/virtualmachines' | project id, name, tags, properties | order by id asc`
  const costManagement = (scope: string, path: string) =>
    `${ARM}/${scope}/providers/Microsoft.CostManagement/${path}?api-version=2023-11-01`
  const costBody = {
    type: 'ActualCost',
    timeframe: 'Custom',
    timePeriod: { from: '2026-10-01T00:00:00Z', to: '2026-10-31T23:59:59Z' },
    dataset: {
      granularity: 'Daily',
      aggregation: {
        totalCost: { name: 'Cost', function: 'Sum' },
        totalQuantity: { name: 'UsageQuantity', function: 'Sum' },
      },
      grouping: [
        { type: 'Dimension', name: 'ResourceId' },
        { type: 'Dimension', name: 'Meter' },
      ],
    },
  }

  test('Resource Graph: first page, further page, a refused query', async () => {
    const first = await call('POST', graphUrl, { body: { query, options: { $top: 1000 } } })
    expect(first.json).toHaveProperty('$skipToken')
    expect(await objections()).toEqual([])
    await call('POST', graphUrl, { body: { query, options: { $top: 1000, $skipToken: first.json?.['$skipToken'] } } })
    expect(await objections()).toEqual([])
    await call('POST', graphUrl, { body: { query: 'resources | nonsense' } })
    expect(await objections()).toEqual([])
  })

  test('a wrong answer is objected to', async () => {
    await call('POST', graphUrl, { body: { query, options: { $top: 1000 } } })
    expect(await objections(({ totalRecords, ...rest }) => rest)).toEqual([expect.stringContaining('totalRecords')])
    expect(await objections((answer) => ({ ...answer, count: 'three' }))).toEqual([expect.stringContaining('count')])
    await call('POST', graphUrl, { body: { query, options: { $top: 5000 } } })
    expect(await objections()).toEqual([expect.stringContaining('$top')])
  })

  test('Cost Management: query with a next page, in a subscription and a billing account', async () => {
    for (const scope of [`subscriptions/${subscription}`, SAMPLE_BILLING.usd]) {
      const reply = await call('POST', costManagement(scope, 'query'), { body: costBody })
      expect(reply.json).toHaveProperty('properties.nextLink', expect.stringContaining('$skiptoken'))
      expect(await objections()).toEqual([])
      await call('POST', String(((reply.json?.['properties'] ?? {}) as JsonRecord)['nextLink']), { body: costBody })
      expect(await objections()).toEqual([])
    }
  })

  test('Cost Management: a details report from order to blobs', async () => {
    const scope = `subscriptions/${subscription}`
    const body = { metric: 'ActualCost', timePeriod: { start: '2026-10-01', end: '2026-10-31' } }
    let reply = await call('POST', costManagement(scope, 'generateCostDetailsReport'), { body })
    expect(await objections()).toEqual([])
    while (reply.status === 202) {
      reply = await call('GET', reply.headers['location'] ?? '')
      expect(await objections()).toEqual([])
    }
    expect(reply.status).toBe(200)
  })

  test('Cost Management: exports and their runs', async () => {
    await call('GET', costManagement(SAMPLE_BILLING.usd, 'exports'))
    expect(await objections()).toEqual([])
    const history = await call('GET', costManagement(SAMPLE_BILLING.usd, 'exports/ea-actual/runHistory'))
    expect(history.json?.['value']).toHaveLength(3)
    expect(await objections()).toEqual([])
  })

  test('plans of a subscription and of one machine', async () => {
    await call(
      'GET',
      `${ARM}/subscriptions/${subscription}/providers/Microsoft.Security/pricings?api-version=2024-01-01`,
    )
    expect(await objections()).toEqual([])
    const machine = tenant.tables.resources.find((row) => row['name'] === 'web-01')?.['id']
    await call('GET', `${ARM}${machine}/providers/Microsoft.Security/pricings/virtualMachines?api-version=2024-01-01`)
    expect(await objections()).toEqual([])
  })

  test('the activity log with a next page', async () => {
    const filter = encodeURIComponent(
      `eventTimestamp ge '2026-09-01T00:00:00Z' and eventTimestamp le '2026-10-31T23:59:59Z' and resourceProvider eq 'Microsoft.Compute'`,
    )
    const select = encodeURIComponent('eventTimestamp,operationName,status,resourceId,correlationId')
    const path = `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`
    const reply = await call('GET', `${ARM}${path}?api-version=2015-04-01&$filter=${filter}&$select=${select}`)
    expect(reply.json).toHaveProperty('nextLink')
    expect(await objections()).toEqual([])
  })

  test('availability metrics of several machines', async () => {
    const ids = tenant.tables.resources
      .filter((row) => row['subscriptionId'] === subscription && row['type'] === 'microsoft.compute/virtualmachines')
      .filter((row) => row['location'] === 'eastus')
      .map((row) => row['id'])
    const url = `https://eastus.metrics.monitor.azure.com/subscriptions/${subscription}/metrics:getBatch?api-version=2024-02-01&metricnamespace=Microsoft.Compute/virtualMachines&metricnames=VmAvailabilityMetric&aggregation=average&interval=PT1H&starttime=2026-10-01T00:00:00Z&endtime=2026-10-02T00:00:00Z`
    await call('POST', url, { body: { resourceids: ids.slice(0, 50) } })
    expect(azure.requests.at(-1)?.status).toBe(200)
    expect(await objections()).toEqual([])
  })
})
