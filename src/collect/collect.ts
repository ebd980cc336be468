import { EXIT, HourwiseError } from '../errors.ts'
import { activityListing } from './activity_log.ts'
import { alertListing } from './alerts.ts'
import { CLOUDS, type CloudName } from './cloud.ts'
import type { ListingResult } from './collection_schema.ts'
import { COST_LOSS, COST_RIGHT, collectCost } from './cost.ts'
import { endpointListing } from './endpoint.ts'
import { licenceListing } from './licences.ts'
import { linkListing } from './link_listing.ts'
import { type Listing, readListing } from './listing.ts'
import { priceListing } from './prices.ts'
import { GRAPH_DATASETS, graphListing } from './resource_graph.ts'
import { outsideError, type SignIn } from './sign_in.ts'
import { openStore, type Store } from './store.ts'
import { type Outside, openWire, type Traffic, type Wire } from './wire.ts'

/** Sources by the names that --only and --require take. */
export const SOURCES = [
  'inventory',
  'plans',
  'assessments',
  'annotations',
  'power',
  'alerts',
  'endpoint',
  'licences',
  'prices',
  'cost',
] as const
export type Source = (typeof SOURCES)[number]

export interface Wanted {
  readonly cloud: CloudName
  readonly signIn: SignIn
  readonly sources: readonly Source[]
  /** Empty: all that the identity may read. */
  readonly subscriptions: readonly string[]
  readonly managementGroup: string | undefined
  /** Billing scopes or subscriptions whose exports are read; empty: the subscriptions. */
  readonly costScopes: readonly string[]
  readonly currency: string
  /** Days of activity log and cost exports to look back; the log keeps 90. */
  readonly days: number
}

export interface Collected {
  readonly listings: readonly (ListingResult & { source: string; right: string; loss: string })[]
  readonly traffic: Traffic
  /** One request a page and file that this run wrote. */
  readonly leastRequests: number
  readonly isResumed: boolean
}

const PARALLEL = 4

/**
 * Fills the folder. Services run beside each other, the listings of Resource Manager four at a time, the pages of one
 * listing after one another. Refused and failed listings are results; a sign-in that fails is a HourwiseError (exit 5).
 */
export async function collect(
  folder: string,
  wanted: Wanted,
  outside: Outside,
  onListing: (name: string) => void = () => {},
): Promise<Collected> {
  const plan = JSON.stringify(wanted)
  const store = openStore(folder, plan, outside.nowSeconds())
  const wire = openWire(outside)
  const before = store.entries.length
  try {
    const listings = await readAll(wire, store, wanted, outside, onListing)
    const leastRequests = store.entries.length - before
    const run = {
      beganAt: new Date(store.beganAt * 1000).toISOString(),
      plan,
      requests: wire.traffic.requests,
      leastRequests,
      retries: wire.traffic.retries,
      listings: listings.map(({ source: _source, right: _right, loss: _loss, ...result }) => result),
    }
    // What failed is gone on with by the next call; a refusal stays one and keeps nothing open.
    store.finish(run, !listings.some(({ state }) => state === 'failed'))
    return { listings, traffic: wire.traffic, leastRequests, isResumed: store.isResumed }
  } catch (error) {
    throw outsideError(wanted.signIn, error)
  }
}

async function readAll(
  wire: Wire,
  store: Store,
  wanted: Wanted,
  outside: Outside,
  onListing: (name: string) => void,
): Promise<Collected['listings']> {
  const cloud = CLOUDS[wanted.cloud]
  const wants = (source: Source) => wanted.sources.includes(source)
  const read = async (listing: Listing | null) => {
    if (listing === null) return []
    onListing(listing.name)
    const { source, right, loss } = listing
    return [{ ...(await readListing(wire, store, listing)), source, right, loss }]
  }
  const graph = GRAPH_DATASETS.filter(({ source }) => wants(source)).map((dataset) =>
    graphListing(cloud, dataset, wanted),
  )
  const managing = async () => {
    const inGraph = (await each(graph, read)).flat()
    const perSubscription = (['power', 'alerts', 'plans', 'cost'] as const).some(wants)
    if (!perSubscription) return inGraph
    const found = wanted.subscriptions.length > 0 ? wanted.subscriptions : await subscriptionsOf(wire, wanted)
    const now = store.beganAt
    const listings = found.flatMap((id) => [
      ...(wants('power') ? [activityListing(cloud, id, now - wanted.days * 86_400, now)] : []),
      ...(wants('alerts') ? [alertListing(cloud, id)] : []),
      ...(wants('plans') ? [settingListing(wanted.cloud, id)] : []),
    ])
    const single = (await each(listings, read)).flat()
    const from = new Date((now - wanted.days * 86_400) * 1000).toISOString().slice(0, 10)
    const scopes = wanted.costScopes.length > 0 ? wanted.costScopes : found.map((id) => `subscriptions/${id}`)
    const costs = wants('cost')
      ? await each(scopes, async (scope) => {
          onListing(`cost/${scope}`)
          const results = await collectCost({ wire, store, cloud, scope, fromDay: from, ...outside })
          return results.map((result) => ({ ...result, source: 'cost', right: COST_RIGHT, loss: COST_LOSS }))
        })
      : []
    return [...inGraph, ...single, ...costs.flat()]
  }
  const all = await Promise.all([
    managing(),
    wants('endpoint') ? read(endpointListing(cloud)) : [],
    wants('licences') ? read(licenceListing(cloud)) : [],
    wants('prices') ? read(priceListing(cloud, wanted.currency)) : [],
  ])
  return all.flat()
}

function settingListing(cloudName: CloudName, subscription: string): Listing {
  const cloud = CLOUDS[cloudName]
  return linkListing({
    name: `plans/settings_${subscription}`,
    source: 'plans',
    loss: 'whether Defender for Cloud deploys the sensor by itself',
    right: 'Security Reader or Reader',
    url: `${cloud.arm.url}/subscriptions/${subscription}/providers/Microsoft.Security/settings?api-version=2022-05-01`,
    scope: cloud.arm.scope,
    rowsKey: 'value',
    nextKey: 'nextLink',
  })
}

/** The subscriptions that the identity may read; none at all is an error, as Resource Graph would silently show nothing. */
async function subscriptionsOf(wire: Wire, wanted: Wanted): Promise<string[]> {
  const { arm } = CLOUDS[wanted.cloud]
  const ids: string[] = []
  let url: string | null = `${arm.url}/subscriptions?api-version=2022-12-01`
  while (url !== null) {
    if (!url.startsWith(`${arm.url}/`)) break
    const { bytes } = await wire.ask({ method: 'GET', url, scope: arm.scope })
    const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
      value?: { subscriptionId?: string }[]
      nextLink?: string
    }
    ids.push(...(page.value ?? []).flatMap((one) => one.subscriptionId ?? []))
    url = page.nextLink || null
  }
  if (ids.length > 0) return ids.sort()
  throw new HourwiseError(EXIT.signIn, 'the identity that is signed in may read no subscription', {
    next: 'Give it the role Reader at the management group, or name another tenant with --tenant.',
  })
}

/** Does the same for each, a few at a time, results in order. */
async function each<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let at = 0
  const lane = async () => {
    while (at < items.length) {
      const mine = at++
      results[mine] = await act(items[mine] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, lane))
  return results
}
