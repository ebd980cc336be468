import type { Cloud } from './cloud.ts'
import { linkListing, only } from './link_listing.ts'
import type { Listing } from './listing.ts'

/** What is kept of an alert; its entities and links name people and addresses. */
const FIELDS = [
  'alertType',
  'systemAlertId',
  'severity',
  'status',
  'intent',
  'startTimeUtc',
  'endTimeUtc',
  'timeGeneratedUtc',
  'productName',
  'productComponentName',
  'resourceIdentifiers',
  'alertDisplayName',
]

/** Security alerts of one subscription. */
export function alertListing(cloud: Cloud, subscription: string): Listing {
  return linkListing({
    name: `alerts/${subscription}`,
    source: 'alerts',
    loss: 'alerts beside the machines they were raised on',
    right: 'Security Reader or Reader',
    url: `${cloud.arm.url}/subscriptions/${subscription}/providers/Microsoft.Security/alerts?api-version=2022-01-01`,
    scope: cloud.arm.scope,
    rowsKey: 'value',
    nextKey: 'nextLink',
    keep: ({ id, name, type, properties }) => ({
      id,
      name,
      type,
      properties: only(FIELDS)((properties ?? {}) as Record<string, unknown>),
    }),
  })
}
