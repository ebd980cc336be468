import type { ListingResult } from '../collection_schema.ts'
import type { Cloud } from './cloud.ts'
import { each } from './each.ts'
import { stampOf } from './listing.ts'
import { type ListedMachine, machinesOf } from './machine_list.ts'
import { whyNot } from './service_error.ts'
import type { Store } from './store.ts'
import { NoTokenError, type Question, ServiceError, type Wire } from './wire.ts'

export interface AvailabilityRequest {
  readonly wire: Wire
  readonly store: Store
  readonly cloud: Cloud
  readonly subscriptions: readonly string[]
  /** UTC seconds. */
  readonly fromAt: number
  readonly untilAt: number
}

export const AVAILABILITY_RIGHT = 'Monitoring Reader on the subscription'
export const AVAILABILITY_LOSS = 'power of machines that neither operations nor compute hours speak of, hour by hour'

/** Machines and days of one question: Microsoft Learn, "Migrate to the metrics batch API" (2024-02-01): fifty resources. */
const MACHINES = 50
const SPAN_SECONDS = 30 * 86_400
const HOUR = 3600

/**
 * Hourly averages of `VmAvailabilityMetric` (1 up, 0 down, none: deallocated or not known), kept 93 days by Azure Monitor;
 * fifty machines of one subscription and region at a time. Answers are kept as they come.
 */
export async function collectAvailability(request: AvailabilityRequest): Promise<ListingResult[]> {
  let machines: ListedMachine[]
  try {
    machines = await machinesOf(request, request.subscriptions)
  } catch (error) {
    return [unread('availability', { pages: 0, rows: 0 }, error)]
  }
  const groups = new Map<string, string[]>()
  for (const { id, location } of machines.filter(hasMetric)) {
    const key = `${id.split('/')[2]}/${location}`
    groups.set(key, [...(groups.get(key) ?? []), id])
  }
  return each([...groups], ([key, ids]) => readGroup(request, key, ids))
}

/** The question for up to fifty machines of one subscription and region; times are whole hours, UTC seconds. */
export function availabilityQuestion(
  { metrics }: Cloud,
  asked: { subscription: string; region: string; ids: readonly string[]; from: number; until: number },
): Question {
  const query = [
    'api-version=2024-02-01',
    'metricnamespace=Microsoft.Compute/virtualMachines',
    'metricnames=VmAvailabilityMetric',
    'aggregation=average',
    'interval=PT1H',
    `starttime=${iso(asked.from)}`,
    `endtime=${iso(asked.until)}`,
  ].join('&')
  return {
    method: 'POST',
    url: `https://${asked.region}.${metrics.suffix}/subscriptions/${asked.subscription}/metrics:getBatch?${query}`,
    scope: metrics.scope,
    body: { resourceids: asked.ids },
  }
}

/** Whether the metric is kept for a machine of this type, and its region is a plain name, as it becomes part of a host. */
export const hasMetric = ({ type, location }: ListedMachine): boolean =>
  type === 'microsoft.compute/virtualmachines' && /^[a-z0-9]+$/.test(location)

async function readGroup(request: AvailabilityRequest, key: string, ids: readonly string[]): Promise<ListingResult> {
  const { wire, store, cloud } = request
  const [subscription = '', region = ''] = key.split('/')
  const chain = `availability/${subscription}_${region}`
  const there = store.pagesOf(chain)
  const questions = spans(request).flatMap(([from, until]) =>
    Array.from({ length: Math.ceil(ids.length / MACHINES) }, (_, at) => ({
      from,
      until,
      some: ids.slice(at * MACHINES, (at + 1) * MACHINES),
    })),
  )
  const done = { pages: there.length, rows: there.reduce((sum, page) => sum + (page.rows ?? 0), 0) }
  try {
    for (const { from, until, some } of questions.slice(done.pages)) {
      const { bytes } = await wire.ask(availabilityQuestion(cloud, { subscription, region, ids: some, from, until }))
      const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as { values?: unknown }
      const rows = Array.isArray(page.values) ? page.values.length : 0
      done.pages += 1
      done.rows += rows
      const path = `${chain}_${stampOf(store.beganAt)}_${String(done.pages).padStart(4, '0')}.json.gz`
      const next = done.pages < questions.length ? String(done.pages) : null
      store.keep({ chain, path, source: 'availability', snapshotAt: iso(store.beganAt), rows, next }, bytes)
      if (rows !== some.length)
        return result(chain, 'incomplete', done, `the service answered for ${rows} of ${some.length} machines`)
    }
    return result(chain, 'complete', done, null)
  } catch (error) {
    return unread(chain, done, error)
  }
}

/** The result of a listing that ended with an error; what is no error of the service is thrown. */
function unread(chain: string, done: { pages: number; rows: number }, error: unknown): ListingResult {
  if (error instanceof SyntaxError) return result(chain, 'failed', done, 'the answer is no whole JSON')
  if (error instanceof NoTokenError) return result(chain, 'refused', done, whyNot(error))
  if (!(error instanceof ServiceError)) throw error
  return result(chain, error.isRefusal ? 'refused' : 'failed', done, whyNot(error))
}

/** Stretches of whole hours, each short enough for one question. */
function spans({ fromAt, untilAt }: AvailabilityRequest): [number, number][] {
  const first = fromAt - (fromAt % HOUR)
  const last = untilAt - (untilAt % HOUR)
  const count = Math.max(1, Math.ceil((last - first) / SPAN_SECONDS))
  return Array.from({ length: count }, (_, at) => [
    first + at * SPAN_SECONDS,
    Math.min(last, first + (at + 1) * SPAN_SECONDS),
  ])
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

function result(
  listing: string,
  state: ListingResult['state'],
  { pages, rows }: { pages: number; rows: number },
  why: string | null,
): ListingResult {
  return { listing, state, pages, rowsRead: rows, rowsAnnounced: state === 'complete' ? rows : null, why }
}
