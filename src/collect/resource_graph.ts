import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package_root.ts'
import type { Cloud } from './cloud.ts'
import type { Listing } from './listing.ts'

/** A query of `queries/`, the folder its pages go to, and what the reports lose without it. */
export interface GraphDataset {
  readonly query: string
  readonly source: string
  readonly folder: string
  readonly loss: string
}

/** Datasets of Resource Graph: each is a file of `queries/`; all project `id` and are ordered by it, or pages would overlap. */
export const GRAPH_DATASETS = [
  { query: 'subscriptions', source: 'inventory', folder: 'inventory', loss: 'names of subscriptions' },
  { query: 'virtual-machines', source: 'inventory', folder: 'inventory', loss: 'machines, their power and their tags' },
  { query: 'scale-sets', source: 'inventory', folder: 'inventory', loss: 'scale sets' },
  { query: 'scale-set-instances', source: 'inventory', folder: 'inventory', loss: 'instances of uniform scale sets' },
  { query: 'arc-machines', source: 'inventory', folder: 'inventory', loss: 'Arc machines and their connection' },
  { query: 'extensions', source: 'inventory', folder: 'inventory', loss: 'whether the sensor was deployed' },
  { query: 'plans', source: 'plans', folder: 'plans', loss: 'which plan was on' },
  {
    query: 'assessments',
    source: 'assessments',
    folder: 'assessments',
    loss: "Defender for Cloud's view of the sensor",
  },
  {
    query: 'annotations',
    source: 'annotations',
    folder: 'resource-health',
    loss: 'stops from inside and by the platform',
  },
] as const

/**
 * The listing of one dataset, within subscriptions, a management group or everything the identity may read. Pages of
 * 1,000 rows, the most that 2024-04-01 allows; the same body is sent for each page.
 */
export function graphListing(
  cloud: Cloud,
  dataset: GraphDataset,
  within: { subscriptions: readonly string[]; managementGroup: string | undefined },
): Listing {
  const query = readFileSync(join(packageRoot, `src/collect/queries/${dataset.query}.kql`), 'utf8').trim()
  const isSecurity = query.startsWith('securityresources')
  return {
    name: `${dataset.folder}/${dataset.query}`,
    source: dataset.source,
    loss: dataset.loss,
    right: isSecurity ? 'Security Reader or Reader' : 'Reader',
    question: (next) => ({
      method: 'POST',
      url: `${cloud.arm.url}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`,
      scope: cloud.arm.scope,
      body: {
        query,
        ...(within.subscriptions.length > 0 ? { subscriptions: within.subscriptions } : {}),
        ...(within.managementGroup === undefined ? {} : { managementGroups: [within.managementGroup] }),
        options: { $top: 1000, resultFormat: 'objectArray', ...(next === null ? {} : { $skipToken: next }) },
      },
    }),
    rows: (page) => (Array.isArray(page['data']) ? page['data'] : []),
    next: (page) => (typeof page['$skipToken'] === 'string' && page['$skipToken'] !== '' ? page['$skipToken'] : null),
    announced: (page) => (typeof page['totalRecords'] === 'number' ? page['totalRecords'] : null),
    isCut: (page) => page['resultTruncated'] === 'true' && typeof page['$skipToken'] !== 'string',
  }
}
