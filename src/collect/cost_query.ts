import type { Cloud } from './cloud.ts'
import { safePath } from './cost_export.ts'
import type { CostMonth } from './cost_month.ts'
import type { Listing } from './listing.ts'

/** Names under which Defender for Servers has been billed: the category was renamed twice. */
const DEFENDER_CATEGORIES = ['Microsoft Defender for Cloud', 'Security Center', 'Advanced Threat Protection']

/**
 * Cost Management's query: cost and quantity by day, resource and meter, for one month, which is one unit of its quota. Two
 * sums and two groups are all that 2023-11-01 allows; the unit of measure is none of the groups, so hours stay unknown.
 * The next page is asked for with the same body.
 */
export function queryListing(cloud: Cloud, scope: string, month: CostMonth): Listing {
  const url = `${cloud.arm.url}/${scope}/providers/Microsoft.CostManagement/query?api-version=2025-03-01&$top=5000`
  const body = {
    type: 'ActualCost',
    timeframe: 'Custom',
    timePeriod: { from: `${month.fromDay}T00:00:00Z`, to: `${month.lastDay}T23:59:59Z` },
    dataset: {
      granularity: 'Daily',
      aggregation: {
        totalCost: { name: 'Cost', function: 'Sum' },
        totalQuantity: { name: 'UsageQuantity', function: 'Sum' },
      },
      grouping: [
        { type: 'Dimension', name: 'ResourceId' },
        { type: 'Dimension', name: 'Meter' },
      ],
      filter: { dimensions: { name: 'MeterCategory', operator: 'In', values: DEFENDER_CATEGORIES } },
    },
  }
  return {
    name: `cost/query/${safePath(scope)}/${month.month}`,
    source: 'cost',
    loss: 'the bill: there is no report without it',
    right: 'Cost Management Reader',
    question: (next) => ({
      method: 'POST',
      url: next ?? url,
      scope: cloud.arm.scope,
      body,
      // A client that names itself has a quota of its own.
      headers: { ClientType: 'hourwise' },
    }),
    rows: (page) => {
      const { rows } = propertiesOf(page)
      return Array.isArray(rows) ? rows : []
    },
    next: (page) => {
      const { nextLink } = propertiesOf(page)
      return typeof nextLink === 'string' && nextLink !== '' ? nextLink : null
    },
  }
}

const propertiesOf = (page: Record<string, unknown>): Record<string, unknown> =>
  typeof page['properties'] === 'object' && page['properties'] !== null
    ? (page['properties'] as Record<string, unknown>)
    : {}
