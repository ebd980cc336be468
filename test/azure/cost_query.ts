import { createHash } from 'node:crypto'
import { amountText, units } from '../twin/exact.ts'
import { HOST } from './host.ts'
import type { PageSizes } from './server.ts'
import type { AzureTenant, CostLine } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, failed, ok, type Route, slice } from './wire.ts'

interface Dimension {
  name: string
  operator: string
  values: string[]
}
interface QueryBody {
  type?: string
  timeframe?: string
  timePeriod?: { from: string; to: string }
  dataset?: {
    granularity?: string
    aggregation?: Record<string, { name: string; function: string }>
    grouping?: { type: string; name: string }[]
    filter?: { dimensions?: Dimension; and?: { dimensions: Dimension }[] }
  }
}

/** Dimensions by which the service groups and filters, and what of a line each is. */
const DIMENSION: Record<string, (line: CostLine) => string> = {
  ResourceId: (line) => line.resourceId.toLowerCase(),
  SubscriptionId: (line) => line.subscriptionId,
  Meter: (line) => line.meter,
  MeterId: (line) => line.meterId,
  MeterCategory: (line) => line.meterCategory,
  MeterSubCategory: (line) => line.meterSubCategory,
  ChargeType: (line) => line.chargeType,
}
const MEASURE: Record<string, (line: CostLine) => string> = {
  Cost: (line) => line.cost,
  UsageQuantity: (line) => line.quantity,
}
const PAGE_ROWS = 1000
const YEAR_SECONDS = 366 * 86_400

/** Cost Management's query: sums by day and up to two dimensions; further pages by POST of the same body. */
export function costQueryRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  return [
    {
      name: 'cost-query',
      method: 'POST',
      host: HOST.arm,
      path: /^\/(.+)\/providers\/Microsoft\.CostManagement\/query$/i,
      token: 'required',
      answer: (request, [scope = '']) => answer(tenant, pages, request, scope),
    },
  ]
}

function answer(tenant: AzureTenant, pages: PageSizes, request: AzureRequest, scope: string): AzureAnswer {
  const body = (request.body ?? {}) as QueryBody
  const { aggregation = {}, grouping = [], granularity, filter } = body.dataset ?? {}
  const wrong = mistake(body)
  if (wrong !== null) return failed(400, 'BadRequest', wrong)
  const { from = '', to = '' } = body.timePeriod ?? {}
  const conditions = filter?.and?.map((part) => part.dimensions) ?? (filter?.dimensions ? [filter.dimensions] : [])
  const lines = linesOf(tenant, scope).filter(
    (line) =>
      line.day >= from.slice(0, 10) &&
      line.day <= to.slice(0, 10) &&
      conditions.every((c) => c.values.includes(DIMENSION[c.name]?.(line) ?? '')),
  )
  if (lines.length === 0 && tenant.costLines.length === 0) return { status: 204 }
  const measures = Object.values(aggregation)
  const daily = granularity === 'Daily'
  const sums = new Map<string, { keys: (string | number)[]; totals: bigint[] }>()
  for (const line of lines) {
    const keys = [
      ...(daily ? [Number(line.day.replaceAll('-', ''))] : []),
      ...grouping.map(({ name }) => DIMENSION[name]?.(line) ?? ''),
      line.currency,
    ]
    const key = JSON.stringify(keys)
    const group = sums.get(key) ?? { keys, totals: measures.map(() => 0n) }
    for (const [i, { name }] of measures.entries())
      group.totals[i] = (group.totals[i] ?? 0n) + units(MEASURE[name]?.(line) ?? '0')
    sums.set(key, group)
  }
  const rows = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { keys, totals }]) => [...totals.map((total) => Number(amountText(total))), ...keys])
  const asked = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)
  const [token, askedBefore] = (request.query.get('$skiptoken') ?? '').split('.')
  if (token && askedBefore !== asked) return failed(400, 'BadRequest', 'the body is not that of the first page')
  // Whoever asks for more rows gets up to 5,000 of them, unless a test wants several pages.
  const most = pages.costQuery < PAGE_ROWS ? pages.costQuery : 5000
  const top = Math.min(Number(request.query.get('$top') ?? pages.costQuery), most)
  const { page, next } = slice(rows, top, token || null)
  const id = `${scope}/providers/Microsoft.CostManagement/query/00000000-0000-0000-0000-000000000001`
  return ok(
    {
      id,
      name: id.slice(id.lastIndexOf('/') + 1),
      type: 'Microsoft.CostManagement/query',
      location: null,
      sku: null,
      eTag: null,
      properties: {
        nextLink: next === undefined ? null : nextLink(request, `${next}.${asked}`),
        columns: [
          ...measures.map(({ name }) => ({ name, type: 'Number' })),
          ...(daily ? [{ name: 'UsageDate', type: 'Number' }] : []),
          ...grouping.map(({ name }) => ({ name, type: 'String' })),
          { name: 'Currency', type: 'String' },
        ],
        rows: page,
      },
    },
    { 'x-ms-ratelimit-remaining-microsoft.costmanagement-qpu-remaining': 'QueriesPerHour:599' },
  )
}

/** What the service would answer 400 to. */
function mistake({ type, timeframe, timePeriod, dataset }: QueryBody): string | null {
  const { aggregation = {}, grouping = [], granularity, filter } = dataset ?? {}
  if (!/^(Usage|ActualCost|AmortizedCost)$/.test(type ?? '')) return `type ${type}`
  if (timeframe !== 'Custom' || timePeriod === undefined) return 'only a custom time frame is simulated'
  if (granularity !== undefined && !/^(Daily|None)$/.test(granularity)) return `granularity ${granularity}`
  if (Object.keys(aggregation).length > 2 || grouping.length > 2) return 'more than two aggregations or groupings'
  if ((Date.parse(timePeriod.to) - Date.parse(timePeriod.from)) / 1000 > YEAR_SECONDS)
    return 'The time period for pulling the data cannot exceed 1 year(s)'
  const names = [...grouping.map(({ name }) => name), filter?.dimensions?.name].filter((name) => name !== undefined)
  const unknown = names.find((name) => DIMENSION[name] === undefined)
  if (unknown !== undefined)
    return `Invalid dimension: ${unknown}; Valid dimensions: ${Object.keys(DIMENSION).join(', ')}`
  const measure = Object.values(aggregation).find((a) => MEASURE[a.name] === undefined || a.function !== 'Sum')
  return measure === undefined ? null : `Invalid aggregation ${measure.name}`
}

/** Lines of a subscription, a billing account, or everything beneath a management group. */
export function linesOf(tenant: AzureTenant, scope: string): CostLine[] {
  const folded = scope.toLowerCase()
  const subscription = /^subscriptions\/([^/]+)$/.exec(folded)?.[1]
  if (subscription !== undefined)
    return tenant.costLines.filter((line) => line.subscriptionId.toLowerCase() === subscription)
  const group = /^providers\/microsoft\.management\/managementgroups\/([^/]+)$/.exec(folded)?.[1]
  if (group !== undefined) {
    const below = tenant.managementGroups.get(group)
    return tenant.costLines.filter(({ subscriptionId }) => below === undefined || below.includes(subscriptionId))
  }
  return tenant.costLines.filter((line) => line.billingScope.toLowerCase() === folded)
}

function nextLink(request: AzureRequest, token: string): string {
  const query = new URLSearchParams(request.query)
  query.set('$skiptoken', token)
  return `https://${request.host}${request.path}?${query.toString().replaceAll('%24', '$')}`
}
