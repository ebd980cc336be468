import type { Cloud } from './cloud.ts'
import { linkListing } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** Settings of Defender for Cloud in one subscription, that for Defender for Endpoint among them. */
export function settingListing(cloud: Cloud, subscription: string): Listing {
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
