import { EXIT, HourwiseError } from '../errors.ts'
import type { Cloud } from './cloud.ts'
import { GRAPH_DATASETS, graphListing } from './resource_graph.ts'
import type { Wire } from './wire.ts'

/** What is looked at: named subscriptions, those below a management group, or (neither) all that the identity may read. */
export interface Within {
  readonly subscriptions: readonly string[]
  readonly managementGroup: string | undefined
}

/** Ids of the subscriptions, sorted; none at all is an error, as Resource Graph would silently show nothing. */
export async function subscriptionsWithin(wire: Wire, cloud: Cloud, within: Within): Promise<readonly string[]> {
  if (within.subscriptions.length > 0) return within.subscriptions
  const ids = within.managementGroup === undefined ? await listed(wire, cloud) : await below(wire, cloud, within)
  if (ids.length > 0) return [...new Set(ids)].sort()
  const group = within.managementGroup
  throw new HourwiseError(
    EXIT.signIn,
    `the identity that is signed in may read no subscription${group === undefined ? '' : ` below the management group ${group}`}`,
    { next: 'Give it the role Reader at the management group, or name another tenant with --tenant.' },
  )
}

async function listed(wire: Wire, { arm }: Cloud): Promise<string[]> {
  const ids: string[] = []
  for (let url: string | null = `${arm.url}/subscriptions?api-version=2022-12-01`; url?.startsWith(`${arm.url}/`); ) {
    const page = await json(wire.ask({ method: 'GET', url, scope: arm.scope }))
    ids.push(...idsOf(page['value']))
    url = typeof page['nextLink'] === 'string' && page['nextLink'] !== '' ? page['nextLink'] : null
  }
  return ids
}

/** The list of subscriptions knows no management groups; Resource Graph does. */
async function below(wire: Wire, cloud: Cloud, within: Within): Promise<string[]> {
  const [dataset] = GRAPH_DATASETS
  const listing = graphListing(cloud, dataset, within)
  const ids: string[] = []
  for (let next: string | null = null; ; ) {
    const page = await json(wire.ask(listing.question(next)))
    ids.push(...idsOf(page['data']))
    next = listing.next(page, ids.length)
    if (next === null) return ids
  }
}

async function json(asked: ReturnType<Wire['ask']>): Promise<Record<string, unknown>> {
  const { bytes } = await asked
  return bytes.length === 0 ? {} : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>)
}

function idsOf(rows: unknown): string[] {
  return (Array.isArray(rows) ? (rows as { subscriptionId?: unknown }[]) : [])
    .map(({ subscriptionId }) => subscriptionId)
    .filter((id) => typeof id === 'string')
}
