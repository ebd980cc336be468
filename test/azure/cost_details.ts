import { linesOf } from './cost_query.ts'
import { HOST } from './host.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant, CostLine } from './tenant.ts'
import { SECRET } from './transport.ts'
import { type AzureAnswer, type AzureRequest, failed, ok, type Route } from './wire.ts'

interface Operation {
  scope: string
  body: { metric: string; timePeriod: { start: string; end: string } }
  polls: number
  blobs: string[]
}

const STORE = 'costdetailsreports.blob.core.windows.net'

/** Polls that a report is not ready for. */
const POLLS = 2

const usDate = (day: string): string => `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)}`

/** Columns of a cost details report of an Enterprise Agreement, and where each comes from. */
const COLUMNS: Record<string, (line: CostLine) => string> = {
  BillingAccountId: (line) => line.billingScope.slice(line.billingScope.lastIndexOf('/') + 1),
  SubscriptionId: (line) => line.subscriptionId,
  Date: (line) => usDate(line.day),
  BillingPeriodStartDate: (line) => usDate(line.periodFrom),
  BillingPeriodEndDate: (line) => usDate(line.periodLast),
  MeterCategory: (line) => line.meterCategory,
  MeterSubCategory: (line) => line.meterSubCategory,
  MeterId: (line) => line.meterId,
  MeterName: (line) => line.meter,
  ProductName: (line) => line.product,
  UnitOfMeasure: (line) => line.unit,
  Quantity: (line) => line.quantity,
  EffectivePrice: (line) => line.unitPrice,
  UnitPrice: (line) => line.unitPrice,
  PayGPrice: (line) => line.listPrice,
  CostInBillingCurrency: (line) => line.cost,
  BillingCurrencyCode: (line) => line.currency,
  ConsumedService: (line) => line.consumedService,
  ResourceId: (line) => line.resourceId,
  Tags: (line) => line.tags,
  AdditionalInfo: (line) => line.additionalInfo,
  PublisherType: () => 'Azure',
  ChargeType: (line) => line.chargeType,
  Frequency: () => 'UsageBased',
  PricingModel: () => 'OnDemand',
}

/** `generateCostDetailsReport`: accepted, polled, and at last blobs whose addresses carry their own right to read. */
export function costDetailsRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  const operations = new Map<string, Operation>()
  const blobs = new Map<string, string>()

  function start(request: AzureRequest, scope: string): AzureAnswer {
    const body = request.body as Operation['body']
    if (!/^(ActualCost|AmortizedCost)$/.test(body?.metric ?? '') || body.timePeriod === undefined)
      return failed(400, 'BadRequest', 'metric and timePeriod are required')
    if (/^providers\/microsoft\.management\//i.test(scope))
      return failed(400, 'BadRequest', 'a management group has no cost details report')
    const { start, end } = body.timePeriod
    if (start.slice(0, 7) !== end.slice(0, 7)) return failed(400, 'BadRequest', 'a report covers one month at most')
    const id = `00000000-0000-0000-0000-${String(operations.size + 1).padStart(12, '0')}`
    operations.set(id, { scope, body, polls: 0, blobs: [] })
    return { status: 202, headers: { location: place(request, scope, id), 'retry-after': '1' } }
  }

  function result(request: AzureRequest, scope: string, id: string): AzureAnswer {
    const operation = operations.get(id)
    if (operation === undefined) return failed(404, 'NotFound', 'no such operation')
    operation.polls += 1
    if (operation.polls <= POLLS)
      return { status: 202, headers: { location: place(request, scope, id), 'retry-after': '1' } }
    const { start, end } = operation.body.timePeriod
    const lines = linesOf(tenant, scope).filter((line) => line.day >= start && line.day <= end)
    if (lines.length === 0) return { status: 204 }
    if (operation.blobs.length === 0) {
      for (let at = 0; at < lines.length; at += pages.costDetails) {
        const name = `/armreports/20261105/${id}_part${operation.blobs.length}.csv`
        blobs.set(name, csv(lines.slice(at, at + pages.costDetails)))
        operation.blobs.push(name)
      }
    }
    const sizes = operation.blobs.map((name) => Buffer.byteLength(blobs.get(name) ?? ''))
    return ok({
      id: `${scope}/providers/Microsoft.CostManagement/costDetailsOperationResults/${id}`,
      name: id,
      status: 'Completed',
      manifest: {
        manifestVersion: '2023-11-01',
        dataFormat: 'Csv',
        blobCount: operation.blobs.length,
        byteCount: sizes.reduce((a, b) => a + b, 0),
        compressData: false,
        requestContext: { requestScope: scope, requestBody: operation.body },
        blobs: operation.blobs.map((name, i) => ({
          blobLink: `https://${STORE}${name}?sv=2021-08-06&se=2026-11-06T00%3A00%3A00Z&sr=b&sp=r&sig=${SECRET}%2Fsas%3D`,
          byteCount: sizes[i],
        })),
      },
      validTill: '2026-11-06T00:00:00Z',
    })
  }

  return [
    {
      name: 'cost-details',
      method: 'POST',
      host: HOST.arm,
      path: /^\/(.+)\/providers\/Microsoft\.CostManagement\/generateCostDetailsReport$/i,
      token: 'required',
      answer: (request, [scope = '']) => start(request, scope),
    },
    {
      name: 'cost-details-result',
      method: 'GET',
      host: HOST.arm,
      path: /^\/(.+)\/providers\/Microsoft\.CostManagement\/costDetailsOperationResults\/([^/]+)$/i,
      token: 'required',
      answer: (request, [scope = '', id = '']) => result(request, scope, id),
    },
    {
      name: 'cost-details-blob',
      method: 'GET',
      host: /^costdetailsreports\.blob\.core\.windows\.net$/,
      path: /^(\/armreports\/.+)$/,
      token: 'never',
      answer: (request, [name = '']) => {
        if (!request.query.get('sig')?.startsWith(SECRET)) return failed(403, 'AuthenticationFailed', 'no signature')
        const text = blobs.get(name)
        return text === undefined ? failed(404, 'BlobNotFound', 'gone') : ok(text, { 'content-type': 'text/csv' })
      },
    },
  ]
}

const place = (request: AzureRequest, scope: string, id: string): string =>
  `https://${request.host}/${scope}/providers/Microsoft.CostManagement/costDetailsOperationResults/${id}?api-version=${request.query.get('api-version')}`

function csv(lines: readonly CostLine[]): string {
  const quoted = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
  const rows = lines.map((line) => Object.values(COLUMNS).map((column) => quoted(column(line))))
  return `\uFEFF${[Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('')}`
}
