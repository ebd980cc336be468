import { HOST } from './host.ts'
import type { PageSizes } from './server.ts'
import type { ActivityEvent, AzureTenant, JsonRecord } from './tenant.ts'
import { type AzureAnswer, type AzureRequest, failed, ok, type Route, slice } from './wire.ts'

const TIMES = /^eventTimestamp ge '([^']+)' and eventTimestamp le '([^']+)'(?: and (\w+) eq '([^']+)')?$/

/** Events of one subscription, newest first, until somebody changes the tenant's list. */
type Index = { length: number; bySubscription: Map<string, { event: ActivityEvent; at: number }[]> }
const indexes = new WeakMap<readonly ActivityEvent[], Index>()

function eventsOf(tenant: AzureTenant, subscription: string): { event: ActivityEvent; at: number }[] {
  let index = indexes.get(tenant.events)
  if (index === undefined || index.length !== tenant.events.length) {
    index = { length: tenant.events.length, bySubscription: new Map() }
    for (const event of tenant.events) {
      const key = event.subscriptionId.toLowerCase()
      const list = index.bySubscription.get(key) ?? []
      if (list.length === 0) index.bySubscription.set(key, list)
      list.push({ event, at: Date.parse(event.at) })
    }
    for (const list of index.bySubscription.values()) list.sort((a, b) => b.at - a.at)
    indexes.set(tenant.events, index)
  }
  return index.bySubscription.get(subscription.toLowerCase()) ?? []
}

/** The activity log: two times and at most one more condition; whole records, with caller and claims, unless selected. */
export function activityLogRoutes(tenant: AzureTenant, pages: PageSizes): Route[] {
  return [
    {
      name: 'activity-log',
      method: 'GET',
      host: HOST.arm,
      path: /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Insights\/eventtypes\/management\/values$/i,
      token: 'required',
      answer: (request, [subscription = '']) => answer(tenant, pages, request, subscription),
    },
  ]
}

function answer(tenant: AzureTenant, pages: PageSizes, request: AzureRequest, subscription: string): AzureAnswer {
  const filter = request.query.get('$filter') ?? ''
  const [, from, to, field, wanted = ''] = TIMES.exec(filter) ?? []
  if (from === undefined || to === undefined) return failed(400, 'BadRequest', `the filter is not supported: ${filter}`)
  if (field !== undefined && !/^(resourceGroupName|resourceUri|resourceProvider|correlationId)$/.test(field))
    return failed(400, 'BadRequest', `the filter on ${field} is not supported`)
  const [fromAt, toAt] = [Date.parse(from), Date.parse(to)]
  const provider = `/providers/${wanted.toLowerCase()}/`
  const events = eventsOf(tenant, subscription)
    .filter(
      ({ event, at }) =>
        at >= fromAt &&
        at <= toAt &&
        (field !== 'resourceProvider' || String(event.record['resourceId']).toLowerCase().includes(provider)),
    )
    .map(({ event }) => event)
  const { page, next } = slice(events, pages.activityLog, request.query.get('$skipToken'))
  const select = request.query.get('$select')?.split(',')
  const value = page.map(({ record }) => (select === undefined ? record : only(record, select)))
  const query = new URLSearchParams(request.query)
  query.set('$skipToken', next ?? '')
  const link = `https://${request.host}${request.path}?${query.toString().replaceAll('%24', '$')}`
  return ok(next === undefined ? { value } : { value, nextLink: link })
}

const only = (record: JsonRecord, keys: readonly string[]): JsonRecord =>
  Object.fromEntries(Object.entries(record).filter(([key]) => keys.includes(key)))
