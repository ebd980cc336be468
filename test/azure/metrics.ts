import { HOST } from './host.ts'
import type { AzureTenant } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, failed, ok, type Route } from './wire.ts'

const HOUR = 3_600_000

/** `metrics:getBatch`: hourly averages of one metric for up to fifty resources of one subscription, type and region. */
export function metricsRoutes(tenant: AzureTenant): Route[] {
  return [
    {
      name: 'metrics',
      method: 'POST',
      host: HOST.metrics,
      path: /^\/subscriptions\/([^/]+)\/metrics:getBatch$/i,
      token: 'required',
      answer: (request, [subscription = '']) => answer(tenant, request, subscription.toLowerCase()),
    },
  ]
}

function answer(tenant: AzureTenant, request: AzureRequest, subscription: string): AzureAnswer {
  const { query } = request
  const ids = (request.body as { resourceids?: string[] } | undefined)?.resourceids ?? []
  const region = request.host.slice(0, request.host.indexOf('.'))
  const start = Date.parse(query.get('starttime') ?? '')
  const end = Date.parse(query.get('endtime') ?? '')
  if (query.get('api-version') === null) return failed(400, 'MissingApiVersionParameter', 'api-version')
  if (ids.length === 0 || ids.length > 50 || new Set(ids.map((id) => id.toLowerCase())).size < ids.length)
    return failed(400, 'BadRequest', `one to fifty different resources, not ${ids.length}`)
  if (Number.isNaN(start) || Number.isNaN(end) || query.get('interval') !== 'PT1H')
    return failed(400, 'BadRequest', 'starttime, endtime and interval=PT1H are required')
  const foreign = ids.find((id) => !id.toLowerCase().startsWith(`/subscriptions/${subscription}/`))
  if (foreign !== undefined) return failed(400, 'BadRequest', 'a resource of another subscription')
  const machines = new Map(tenant.tables.resources.map((row) => [String(row['id']).toLowerCase(), row]))
  const elsewhere = ids.find((id) => machines.get(id.toLowerCase())?.['location'] !== region)
  if (elsewhere !== undefined) return failed(400, 'BadRequest', `${elsewhere} is not in ${region}`)
  return ok({
    values: ids.map((id) => ({
      starttime: query.get('starttime'),
      endtime: query.get('endtime'),
      interval: 'PT1H',
      namespace: query.get('metricnamespace'),
      resourceregion: region,
      resourceid: id,
      value: [
        {
          id: `${id}/providers/Microsoft.Insights/metrics/VmAvailabilityMetric`,
          type: 'Microsoft.Insights/metrics',
          name: { value: 'VmAvailabilityMetric', localizedValue: 'VM Availability Metric (Preview)' },
          displayDescription: 'Measure of Availability of Virtual machines over time.',
          unit: 'Count',
          timeseries: [{ metadatavalues: [], data: [...points(tenant, id, start, end)] }],
          errorCode: 'Success',
        },
      ],
    })),
  })
}

function* points(tenant: AzureTenant, id: string, start: number, end: number): Generator<object> {
  for (let at = start - (start % HOUR); at < end; at += HOUR) {
    const average = tenant.availability(id.toLowerCase(), at / 1000)
    yield { timeStamp: new Date(at).toISOString().replace('.000Z', 'Z'), ...(average === null ? {} : { average }) }
  }
}
