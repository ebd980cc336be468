import type { Cloud, Service } from './cloud.ts'
import { linkListing } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** Addresses and accounts of people: no report needs them. */
const PERSONAL = new Set(['lastIpAddress', 'lastExternalIpAddress', 'ipAddresses', 'aadDeviceId', 'loggedOnUsers'])

/** Machines of Defender for Endpoint, 10,000 a page; 404 means that there are none. Null where the cloud has no such API. */
export function endpointListing(cloud: Cloud): Listing | null {
  const service: Service | null = cloud.endpoint
  if (service === null) return null
  return linkListing({
    name: 'endpoint/machines',
    source: 'endpoint',
    loss: 'sensor health: nothing can be called protected',
    right: 'application permission Machine.Read.All of WindowsDefenderATP, with admin consent',
    url: `${service.url}/api/machines?$top=10000`,
    scope: service.scope,
    rowsKey: 'value',
    nextKey: '@odata.nextLink',
    noneStatus: 404,
    fullPage: 10_000,
    keep: (row) => Object.fromEntries(Object.entries(row).filter(([name]) => !PERSONAL.has(name))),
  })
}
