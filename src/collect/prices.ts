import type { Cloud } from './cloud.ts'
import { linkListing } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** List prices of Defender for Cloud in one currency; no sign-in. Values of the filter are case-sensitive since 2023-01-01. */
export function priceListing(cloud: Cloud, currency: string): Listing | null {
  if (cloud.prices === null) return null
  const filter = "serviceName eq 'Microsoft Defender for Cloud' and priceType eq 'Consumption'"
  return linkListing({
    name: `prices/retail_${currency.toLowerCase()}`,
    source: 'prices',
    loss: 'list prices of today: the bundled ones are used',
    right: 'none',
    url: `${cloud.prices}/api/retail/prices?api-version=2023-01-01-preview&currencyCode='${currency}'&$filter=${encodeURIComponent(filter)}`,
    scope: null,
    rowsKey: 'Items',
    nextKey: 'NextPageLink',
  })
}
