import type { Cloud } from './cloud.ts'
import { linkListing, only } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** Fields that are asked for and kept: records also name the caller, whose data is no business of ours. */
const FIELDS = ['eventTimestamp', 'operationName', 'status', 'resourceId', 'correlationId']

/**
 * Operations of one subscription on Microsoft.Compute, `[fromSeconds, untilSeconds]`. The filter takes two times and one
 * more condition (Azure Monitor activity log REST, 2015-04-01); the log keeps 90 days.
 */
export function activityListing(
  cloud: Cloud,
  subscription: string,
  fromSeconds: number,
  untilSeconds: number,
): Listing {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
  const filter = `eventTimestamp ge '${iso(fromSeconds)}' and eventTimestamp le '${iso(untilSeconds)}' and resourceProvider eq 'Microsoft.Compute'`
  const query = `api-version=2015-04-01&$filter=${encodeURIComponent(filter)}&$select=${FIELDS.join(',')}`
  return linkListing({
    name: `activity-log/${subscription}`,
    source: 'power',
    loss: 'observed starts and stops: power is inferred from the bill and from listings',
    right: 'Reader or Monitoring Reader',
    url: `${cloud.arm.url}/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values?${query}`,
    scope: cloud.arm.scope,
    rowsKey: 'value',
    nextKey: 'nextLink',
    keep: only(FIELDS),
  })
}
