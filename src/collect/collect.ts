import type { ListingRecord, ListingResult } from '../collection_schema.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { activityListing } from './activity_log.ts'
import { alertListing } from './alerts.ts'
import { CLOUDS, type CloudName } from './cloud.ts'
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
  /** Tenant as the user named it; undefined: that of the sign-in. */
  readonly tenant?: string | undefined
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

/** A listing, what reads it and what the reports lose without it. */
export interface CollectedListing extends ListingRecord {
  readonly right: string
  readonly loss: string
}

export interface Collected {
  readonly listings: readonly CollectedListing[]
  /** What this call asked; collection.json counts those before it, too. */
  readonly traffic: Traffic
  /** One request a page and file that this call wrote. */
  readonly leastRequests: number
  readonly isResumed: boolean
}

const PARALLEL = 4

/** What is told while a collection runs. */
export interface Watching {
  /** A listing begins. */
  begins?(name: string): void
  /** A page of it lies on the disk. */
  reads?(name: string, rowsRead: number, announced: number | null): void
  /** It is over, whatever came of it. */
  ends?(name: string): void
  /** So many listings are known by now. */
  expects?(listings: number): void
}

/**
 * Fills the folder. Services run beside each other, the listings of Resource Manager four at a time, the pages of one
 * listing after one another. Refused and failed listings are results; a sign-in that fails is a HourwiseError (exit 5).
 */
export async function collect(
  folder: string,
  wanted: Wanted,
  outside: Outside,
  watching: Watching = {},
): Promise<Collected> {
  const wire = openWire(outside)
  const plan = planOf(wanted)
  const store = openStore(folder, JSON.stringify(plan), outside.nowSeconds(), wire.traffic)
  const before = store.entries.length
  try {
    const listings = await readAll(wire, store, wanted, outside, watching)
    const failure = wire.signInFailure()
    if (failure !== undefined) throw failure
    const run = {
      ...plan,
      beganAt: new Date(store.beganAt * 1000).toISOString(),
      endedAt: new Date(outside.nowSeconds() * 1000).toISOString(),
      calls: store.calls,
      ...store.traffic(),
      leastRequests: store.entries.length,
      listings: listings.map(({ right: _right, loss: _loss, ...record }) => record),
    }
    // What failed is gone on with by the next call; a refusal stays one and keeps nothing open.
    store.finish(run, !listings.some(({ state }) => state === 'failed'))
    return {
      listings,
      traffic: wire.traffic,
      leastRequests: store.entries.length - before,
      isResumed: store.isResumed,
    }
  } catch (error) {
    // What still runs beside it must not go on for hours behind an error that is told already.
    wire.stop()
    throw outsideError(wanted.signIn, error)
  }
}

/** What is collected, as collection.json says it; how one signs in is no part of it. */
function planOf({ cloud, tenant, subscriptions, managementGroup, costScopes, sources, days, currency }: Wanted) {
  return {
    scope: {
      cloud,
      tenant: tenant ?? null,
      subscriptions: [...subscriptions],
      managementGroup: managementGroup ?? null,
      costScopes: [...costScopes],
    },
    sources: [...sources],
    days,
    currency,
  }
}

async function readAll(
  wire: Wire,
  store: Store,
  wanted: Wanted,
  outside: Outside,
  watching: Watching,
): Promise<readonly CollectedListing[]> {
  const cloud = CLOUDS[wanted.cloud]
  const wants = (source: Source) => wanted.sources.includes(source)
  const counted = async (
    { name, source, right, loss }: Pick<Listing, 'name' | 'source' | 'right' | 'loss'>,
    act: (wire: Wire) => Promise<ListingResult>,
  ): Promise<CollectedListing> => {
    watching.begins?.(name)
    const mine = wire.part()
    const result = await act(mine)
    watching.ends?.(name)
    return { ...result, source, right, loss, ...store.spend(name, mine.traffic) }
  }
  const read = async (listing: Listing) =>
    counted(listing, (mine) =>
      readListing(mine, store, listing, (rows, announced) => watching.reads?.(listing.name, rows, announced)),
    )
  const graph = GRAPH_DATASETS.filter(({ source }) => wants(source)).map((dataset) =>
    graphListing(cloud, dataset, wanted),
  )
  const tenantWide = [
    ...(wants('endpoint') ? [endpointListing(cloud)] : []),
    ...(wants('licences') ? [licenceListing(cloud)] : []),
    ...(wants('prices') ? [priceListing(cloud, wanted.currency)] : []),
  ].filter((listing) => listing !== null)
  watching.expects?.(graph.length + tenantWide.length)
  const managing = async () => {
    const inGraph = await each(graph, read)
    const perSubscription = (['power', 'alerts', 'plans', 'cost'] as const).some(wants)
    if (!perSubscription) return inGraph
    const found = wanted.subscriptions.length > 0 ? wanted.subscriptions : await subscriptionsOf(wire, wanted)
    const now = store.beganAt
    const listings = found.flatMap((id) => [
      ...(wants('power') ? [activityListing(cloud, id, now - wanted.days * 86_400, now)] : []),
      ...(wants('alerts') ? [alertListing(cloud, id)] : []),
      ...(wants('plans') ? [settingListing(wanted.cloud, id)] : []),
    ])
    const all = wanted.costScopes.length > 0 ? wanted.costScopes : found.map((id) => `subscriptions/${id}`)
    const scopes = wants('cost') ? all : []
    watching.expects?.(graph.length + tenantWide.length + listings.length + scopes.length)
    const single = await each(listings, read)
    const from = new Date((now - wanted.days * 86_400) * 1000).toISOString().slice(0, 10)
    const costs = await each(scopes, async (scope) => {
      watching.begins?.(`cost/${scope}`)
      const results = await collectCost({ wire, store, cloud, scope, fromDay: from, ...outside })
      watching.ends?.(`cost/${scope}`)
      return results.map(({ traffic, ...result }) => ({
        ...result,
        source: 'cost',
        right: COST_RIGHT,
        loss: COST_LOSS,
        ...store.spend(result.listing, traffic),
      }))
    })
    return [...inGraph, ...single, ...costs.flat()]
  }
  const all = await Promise.all([managing(), ...tenantWide.map(read)])
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
