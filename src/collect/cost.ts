import type { ListingResult } from '../collection_schema.ts'
import type { Cloud } from './cloud.ts'
import { collectDetails } from './cost_details.ts'
import { collectExports } from './cost_export.ts'
import { type CostMonth, costMonths } from './cost_month.ts'
import { queryListing } from './cost_query.ts'
import { readListing } from './listing.ts'
import type { Store } from './store.ts'
import type { Traffic, Wire } from './wire.ts'

/** A billing scope, management group or subscription whose bill is fetched. */
export interface CostRequest {
  readonly wire: Wire
  readonly store: Store
  readonly cloud: Cloud
  readonly scope: string
  readonly fromDay: string
  sleep(seconds: number): Promise<void>
  nowSeconds(): number
}

export const COST_RIGHT = 'Cost Management Reader; for exports also Storage Blob Data Reader on the storage account'
export const COST_LOSS = 'the bill: there is no report without it'

/** One way of reading the bill, and what it took in this call. */
export type CostResult = ListingResult & { readonly traffic: Traffic }

/**
 * The bill of a scope by the fullest way that there is: existing exports; else the cost details report; else the query.
 * Each way that was tried is a result, and says in `why` which one comes next and for what reason.
 */
export async function collectCost(given: CostRequest): Promise<CostResult[]> {
  const { wire, store, cloud, fromDay } = given
  const scope = given.scope.replace(/^\/+|\/+$/g, '')
  const byExport = wire.part()
  const exported = { ...(await collectExports(byExport, store, cloud, scope, fromDay)), traffic: byExport.traffic }
  if (exported.rowsRead > 0 || (exported.state !== 'complete' && exported.state !== 'refused')) return [exported]
  const noExport: CostResult = {
    ...exported,
    state: 'complete',
    rowsAnnounced: 0,
    why:
      exported.state === 'refused'
        ? `exports may not be read here (${exported.why}): the cost details report is asked for`
        : 'no finished export of costs at this scope: the cost details report is asked for',
  }
  const months = costMonths(fromDay, store.beganAt)
  const byDetails = wire.part()
  const { result, isUnavailable } = await collectDetails({ ...given, wire: byDetails, scope, months })
  if (!isUnavailable) return [noExport, { ...result, traffic: byDetails.traffic }]
  const instead: CostResult = {
    ...result,
    traffic: byDetails.traffic,
    state: 'complete',
    rowsAnnounced: 0,
    why: `${result.why}: the query is asked, which knows neither units nor prices`,
  }
  const queried: CostResult[] = []
  // One month after another: the service counts each as one unit of a quota that is small.
  for (const month of months) {
    const byQuery = wire.part()
    queried.push({ ...(await askMonth({ ...given, wire: byQuery }, scope, month)), traffic: byQuery.traffic })
  }
  return [noExport, instead, ...queried]
}

/** The answer for one month; a final one that an earlier collection brought is not asked for again. */
async function askMonth({ wire, store, cloud }: CostRequest, scope: string, month: CostMonth): Promise<ListingResult> {
  const listing = queryListing(cloud, scope, month)
  const stem = `${listing.name}_`
  const final = store
    .earlierFiles()
    .filter(({ path, snapshotAt }) => path.startsWith(stem) && Date.parse(snapshotAt ?? '') / 1000 >= month.finalFromAt)
  if (final.length === 0) return readListing(wire, store, listing)
  const rows = final.reduce((sum, file) => sum + (file.rows ?? 0), 0)
  return {
    listing: listing.name,
    state: 'complete',
    pages: final.length,
    rowsRead: rows,
    rowsAnnounced: null,
    why: null,
  }
}
