import { gunzipSync } from 'node:zlib'
import type { Cloud } from './cloud.ts'
import { graphListing } from './resource_graph.ts'
import type { Store } from './store.ts'
import type { Wire } from './wire.ts'

type Json = Record<string, unknown>

/** A machine as it is asked for one by one. */
export interface ListedMachine {
  /** Lower-cased ARM id. */
  readonly id: string
  /** Lower-cased type: `microsoft.compute/virtualmachines`. */
  readonly type: string
  /** Lower-cased region. */
  readonly location: string
}

/** Listings of a collection that hold virtual machines, scale sets and Arc machines. */
const MACHINE_LISTINGS = ['inventory/virtual-machines', 'inventory/scale-sets', 'inventory/arc-machines']

/**
 * Machines of some subscriptions, in the order of their ids: from the inventory of this collection, or asked for (and not
 * kept: ids alone are no inventory) where that is not collected.
 */
export async function machinesOf(
  { wire, store, cloud }: { wire: Wire; store: Store; cloud: Cloud },
  subscriptions: readonly string[],
): Promise<ListedMachine[]> {
  const isThere = MACHINE_LISTINGS.every((name) => store.pagesOf(name).at(-1)?.next === null)
  const rows = isThere
    ? MACHINE_LISTINGS.flatMap((name) => rowsOf(store, name))
    : await asked(wire, cloud, subscriptions)
  return listedOf(rows, subscriptions)
}

/** The same without a collection. */
export async function askMachines(
  wire: Wire,
  cloud: Cloud,
  subscriptions: readonly string[],
): Promise<ListedMachine[]> {
  return listedOf(await asked(wire, cloud, subscriptions), subscriptions)
}

function listedOf(rows: readonly Json[], subscriptions: readonly string[]): ListedMachine[] {
  const machines = new Map(rows.map((row) => [text(row['id']), row]))
  return [...machines]
    .map(([id, row]) => ({ id, type: text(row['type']), location: text(row['location']) }))
    .filter(({ id }) => subscriptions.includes(id.split('/')[2] ?? ''))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function asked(wire: Wire, cloud: Cloud, subscriptions: readonly string[]): Promise<Json[]> {
  const dataset = { query: 'machine-ids', source: 'inventory', folder: 'inventory', loss: '' }
  const listing = graphListing(cloud, dataset, { subscriptions, managementGroup: undefined })
  const found: Json[] = []
  for (let next: string | null = null; ; ) {
    const { bytes } = await wire.ask(listing.question(next))
    const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as Json
    found.push(...(listing.rows(page) as Json[]))
    next = listing.next(page, found.length)
    if (next === null) return found
  }
}

/** Rows of a Resource Graph listing of this collection. */
export function rowsOf(store: Store, chain: string): Json[] {
  return store.pagesOf(chain).flatMap(({ path }) => {
    const page = JSON.parse(gunzipSync(store.read(path)).toString('utf8')) as Json
    return (Array.isArray(page['data']) ? page['data'] : []) as Json[]
  })
}

const text = (value: unknown): string => String(value ?? '').toLowerCase()
