import type { ListingResult } from '../collection_schema.ts'
import type { Cloud } from './cloud.ts'
import { stampOf } from './listing.ts'
import { machinesOf, rowsOf } from './machine_list.ts'
import { whyNot } from './service_error.ts'
import type { Store } from './store.ts'
import { NoTokenError, ServiceError, type Wire } from './wire.ts'

type Json = Record<string, unknown>

/** Plans of single machines where a subscription is covered in part. */
export interface PlansRequest {
  readonly wire: Wire
  readonly store: Store
  readonly cloud: Cloud
}

/** Machines whose answers are kept in one file, as a list: what a kill may cost at most. */
const IN_ONE_FILE = 40
const AT_ONCE = 20

export const RESOURCE_PLANS_RIGHT = 'Security Reader or Reader'
export const RESOURCE_PLANS_LOSS = 'plans of single machines where a subscription is covered in part'

/**
 * Asks each machine for its plan, in the subscriptions that say they are covered in part (`resourcesCoverageStatus`); all
 * others have no machine that differs. Resource Manager only: whether Resource Graph holds such rows is not documented
 * (Microsoft Learn, "Deploy Defender for Servers on resource level", whose own script asks one by one).
 */
export async function collectResourcePlans(request: PlansRequest): Promise<ListingResult[]> {
  const partly = partlyCovered(request.store)
  if (partly.length === 0) return []
  const results: ListingResult[] = []
  try {
    const machines = await machinesOf(request, partly)
    for (const subscription of partly) {
      const inside = machines.map(({ id }) => id).filter((id) => id.startsWith(`/subscriptions/${subscription}/`))
      results.push(await askAll(request, subscription, inside))
    }
    return results
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof NoTokenError)) throw error
    const state = error instanceof NoTokenError || error.isRefusal ? 'refused' : 'failed'
    return [...results, outcome('plans/resources', state, { pages: 0, rows: 0, announced: null }, whyNot(error))]
  }
}

/** Subscriptions of which the plan for servers covers some machines only, as the plans of this collection say. */
function partlyCovered(store: Store): string[] {
  const rows = rowsOf(store, 'plans/plans').filter(({ id, properties }) => {
    const { resourcesCoverageStatus: coverage } = (properties ?? {}) as Json
    return (
      /^\/subscriptions\/[^/]+\/providers\/microsoft\.security\/pricings\/virtualmachines$/i.test(String(id)) &&
      String(coverage).toLowerCase() === 'partiallycovered'
    )
  })
  return [...new Set(rows.map(({ id }) => String(id).toLowerCase().split('/')[2] ?? ''))].sort()
}

/** All machines of a subscription, some at once, their answers in files of forty; a file that is there is gone on from. */
async function askAll(request: PlansRequest, subscription: string, machines: string[]): Promise<ListingResult> {
  const { store } = request
  const chain = `plans/resources_${subscription}`
  const there = store.pagesOf(chain)
  const done = {
    pages: there.length,
    rows: there.reduce((sum, page) => sum + (page.rows ?? 0), 0),
    announced: machines.length,
  }
  const begun = there.at(-1)
  let next = begun === undefined ? (machines[0] ?? null) : begun.next
  let gone = 0
  while (next !== null) {
    const from = machines.findIndex((id) => id >= (next ?? ''))
    const chunk = from < 0 ? [] : machines.slice(from, from + IN_ONE_FILE)
    const answers = await askEach(request, chunk)
    gone += answers.filter((answer) => answer === null).length
    const plans = answers.filter((answer) => answer !== null)
    next = from < 0 ? null : (machines[from + IN_ONE_FILE] ?? null)
    done.pages += 1
    done.rows += plans.length
    store.keep(
      {
        chain,
        path: `${chain}_${stampOf(store.beganAt)}_${String(done.pages).padStart(4, '0')}.json.gz`,
        source: 'plans',
        snapshotAt: new Date(store.beganAt * 1000).toISOString(),
        rows: plans.length,
        answers: Math.max(1, chunk.length),
        next,
      },
      Buffer.from(`{"value":[${plans.join(',')}]}`),
    )
  }
  return outcome(chain, 'complete', done, gone > 0 ? `${gone} machines were gone when they were asked` : null)
}

/** The answer of each machine as JSON, in order; null: the machine is gone. */
async function askEach({ wire, cloud }: PlansRequest, machines: readonly string[]): Promise<(string | null)[]> {
  const answers: (string | null)[] = []
  for (let from = 0; from < machines.length; from += AT_ONCE) {
    const some = machines.slice(from, from + AT_ONCE).map(async (id) => {
      const url = `${cloud.arm.url}${id}/providers/Microsoft.Security/pricings/virtualMachines?api-version=2024-01-01`
      try {
        const { bytes } = await wire.ask({ method: 'GET', url, scope: cloud.arm.scope })
        return JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8')))
      } catch (error) {
        if (error instanceof ServiceError && error.status === 404) return null
        throw error
      }
    })
    const settled = await Promise.allSettled(some)
    for (const one of settled) {
      if (one.status === 'rejected') throw one.reason
      answers.push(one.value)
    }
  }
  return answers
}

function outcome(
  listing: string,
  state: ListingResult['state'],
  { pages, rows, announced }: { pages: number; rows: number; announced: number | null },
  why: string | null,
): ListingResult {
  return { listing, state, pages, rowsRead: rows, rowsAnnounced: announced, why }
}
