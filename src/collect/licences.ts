import type { Cloud } from './cloud.ts'
import { linkListing } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** Licences of the tenant from Graph: totals per product, no person. */
export function licenceListing(cloud: Cloud): Listing {
  return linkListing({
    name: 'licences/subscribedSkus',
    source: 'licences',
    loss: 'licences owned: nothing can be compared with them',
    right: 'Graph permission Organization.Read.All',
    url: `${cloud.graph.url}/v1.0/subscribedSkus`,
    scope: cloud.graph.scope,
    rowsKey: 'value',
    nextKey: '@odata.nextLink',
  })
}
