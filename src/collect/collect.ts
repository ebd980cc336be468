import type { ListingRecord, ListingResult } from '../collection_schema.ts'
import { activityListing } from './activity_log.ts'
import { alertListing } from './alerts.ts'
import { AVAILABILITY_LOSS, AVAILABILITY_RIGHT, collectAvailability } from './availability.ts'
import { CLOUDS } from './cloud.ts'
import { COST_LOSS, COST_RIGHT, collectCost } from './cost.ts'
import { each } from './each.ts'
import { endpointListing } from './endpoint.ts'
import { licenceListing } from './licences.ts'
import { type Listing, readListing } from './listing.ts'
import { pacedWire, shippedPace } from './pace.ts'
import { priceListing } from './prices.ts'
import { GRAPH_DATASETS, graphListing } from './resource_graph.ts'
import { collectResourcePlans, RESOURCE_PLANS_LOSS, RESOURCE_PLANS_RIGHT } from './resource_plans.ts'
import { subscriptionsWithin } from './scope.ts'
import { settingListing } from './settings.ts'
import { outsideError } from './sign_in.ts'
import { openStore, type Store } from './store.ts'
import type { Source, Wanted } from './wanted.ts'
import type { Watching } from './watching.ts'
import { type Outside, openWire, type Traffic, type Wire } from './wire.ts'

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

/**
 * Fills the folder. Services run beside each other, each at its own pace; the pages of one listing after one another. Refused and failed listings are results; a sign-in that fails is a HourwiseError (exit 5).
 */
export async function collect(
  folder: string,
  wanted: Wanted,
  outside: Outside,
  watching: Watching = {},
): Promise<Collected> {
  const wire = pacedWire(openWire(outside), shippedPace(), outside)
  const plan = planOf(wanted)
  const store = openStore(folder, JSON.stringify(plan), outside.nowSeconds(), wire.traffic)
  const before = store.entries.length
  watching.starts?.()
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
      leastRequests: answersIn(store.entries),
      listings: listings.map(({ right: _right, loss: _loss, ...record }) => record),
    }
    // What failed is gone on with by the next call; a refusal stays one and keeps nothing open.
    store.finish(run, !listings.some(({ state }) => state === 'failed'))
    return {
      listings,
      traffic: wire.traffic,
      leastRequests: answersIn(store.entries.slice(before)),
      isResumed: store.isResumed,
    }
  } catch (error) {
    // What still runs beside it must not go on for hours behind an error that is told already.
    wire.stop()
    throw outsideError(wanted.signIn, error)
  }
}

/** One request a page and file, but for files of several answers. */
const answersIn = (entries: Store['entries']): number => entries.reduce((sum, { answers }) => sum + (answers ?? 1), 0)

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
  /** The same for work that gives several results: requests count for it as a whole, at the first of them. */
  const severally = async (
    words: Pick<Listing, 'name' | 'source' | 'right' | 'loss'>,
    act: (wire: Wire) => Promise<readonly ListingResult[]>,
  ): Promise<CollectedListing[]> => {
    watching.begins?.(words.name)
    const mine = wire.part()
    const [first, ...others] = await act(mine)
    watching.ends?.(words.name)
    const { source, right, loss } = words
    if (first === undefined) return []
    const counts = store.spend(first.listing, mine.traffic)
    return [
      { ...first, source, right, loss, ...counts },
      ...others.map((one) => ({ ...one, source, right, loss, requests: 0, retries: 0 })),
    ]
  }
  const now = store.beganAt
  const fromAt = now - wanted.days * 86_400
  const graph = GRAPH_DATASETS.filter(({ source }) => wants(source)).map((dataset) =>
    graphListing(cloud, dataset, wanted),
  )
  const tenantWide = [
    ...(wants('endpoint') ? [endpointListing(cloud)] : []),
    ...(wants('licences') ? [licenceListing(cloud)] : []),
  ].filter((listing) => listing !== null)
  const prices = [wants('prices') ? priceListing(cloud, wanted.currency) : null].filter((listing) => listing !== null)
  const needsSubscriptions = (['power', 'availability', 'alerts', 'plans', 'cost'] as const).some(wants)
  watching.expects?.(graph.length + tenantWide.length + prices.length)

  const inGraph = async (subscriptions: readonly string[]) => {
    const listings = await each(graph, read)
    const plans = { name: 'plans/resources', source: 'plans', right: RESOURCE_PLANS_RIGHT, loss: RESOURCE_PLANS_LOSS }
    const power = { name: 'availability', source: 'availability', right: AVAILABILITY_RIGHT, loss: AVAILABILITY_LOSS }
    // Machines are known from here on: what is asked of each of them comes now.
    const ofMachines = await Promise.all([
      wants('plans') ? severally(plans, (mine) => collectResourcePlans({ wire: mine, store, cloud })) : [],
      wants('availability')
        ? severally(power, (mine) =>
            collectAvailability({ wire: mine, store, cloud, subscriptions, fromAt, untilAt: now }),
          )
        : [],
    ])
    return [...listings, ...ofMachines.flat()]
  }
  const bySubscription = async (subscriptions: readonly string[]) => {
    const listings = subscriptions.flatMap((id) => [
      ...(wants('power') ? [activityListing(cloud, id, fromAt, now)] : []),
      ...(wants('alerts') ? [alertListing(cloud, id)] : []),
      ...(wants('plans') ? [settingListing(cloud, id)] : []),
    ])
    const ofSubscriptions = subscriptions.map((id) => `subscriptions/${id}`)
    const scopes = !wants('cost') ? [] : wanted.costScopes.length > 0 ? wanted.costScopes : ofSubscriptions
    watching.expects?.(graph.length + tenantWide.length + prices.length + listings.length + scopes.length)
    const both = await Promise.all([each(listings, read), bill(scopes)])
    return both.flat()
  }
  const bill = async (scopes: readonly string[]) => {
    const fromDay = new Date(fromAt * 1000).toISOString().slice(0, 10)
    const costs = await each(scopes, async (scope) => {
      watching.begins?.(`cost/${scope}`)
      const results = await collectCost({ wire, store, cloud, scope, fromDay, ...outside })
      watching.ends?.(`cost/${scope}`)
      return results.map(({ traffic, ...result }) => ({
        ...result,
        source: 'cost',
        right: COST_RIGHT,
        loss: COST_LOSS,
        ...store.spend(result.listing, traffic),
      }))
    })
    return costs.flat()
  }
  const managing = async () => {
    const subscriptions = needsSubscriptions ? await subscriptionsWithin(wire, cloud, wanted) : []
    const both = await Promise.all([inGraph(subscriptions), bySubscription(subscriptions)])
    return both.flat()
  }
  const all = (await Promise.all([managing(), each(tenantWide, read)])).flat()
  // Prices ask for no sign-in: where nobody is signed in, nobody waits for them.
  return wire.signInFailure() === undefined ? [...all, ...(await each(prices, read))] : all
}
