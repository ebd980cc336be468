import { activityListing } from './activity_log.ts'
import { alertListing } from './alerts.ts'
import { CLOUDS } from './cloud.ts'
import type { Wanted } from './collect.ts'
import { endpointListing } from './endpoint.ts'
import { licenceListing } from './licences.ts'
import { priceListing } from './prices.ts'
import { GRAPH_DATASETS, graphListing } from './resource_graph.ts'
import type { Question } from './wire.ts'
import { isSignIn, type Outside, openWire, ServiceError } from './wire.ts'

/** Whether the identity that is signed in may read one listing. */
export interface Examined {
  source: string
  listing: string
  state: 'readable' | 'refused' | 'failed'
  /** The least right that reads it. */
  right: string
  /** What the reports lose without it. */
  loss: string
  why: string | null
}

/**
 * Asks each service one question. Resource Graph hides what one may not read instead of refusing it: an answer with no
 * row at all for subscriptions counts as refused. A sign-in that one service does not accept is a refusal there.
 */
export async function examine(wanted: Wanted, outside: Outside): Promise<Examined[]> {
  const wire = openWire(outside, { patienceSeconds: 60 })
  const cloud = CLOUDS[wanted.cloud]
  const subscription = wanted.subscriptions[0] ?? (await firstSubscription())
  const scope = wanted.costScopes[0] ?? (subscription === undefined ? undefined : `subscriptions/${subscription}`)
  const now = outside.nowSeconds()
  const listings = [
    ...GRAPH_DATASETS.map((dataset) => graphListing(cloud, dataset, wanted)),
    ...(subscription === undefined
      ? []
      : [activityListing(cloud, subscription, now - 86_400, now), alertListing(cloud, subscription)]),
    endpointListing(cloud),
    licenceListing(cloud),
    priceListing(cloud, wanted.currency),
  ].filter((listing) => listing !== null)
  const questions: (Omit<Examined, 'state' | 'why'> & { question: Question; noneStatus?: number | undefined })[] = [
    ...listings.map(({ source, name, right, loss, noneStatus, question }) => ({
      source,
      listing: name,
      right,
      loss,
      noneStatus,
      question: question(null),
    })),
    ...(scope === undefined
      ? []
      : [
          {
            source: 'cost',
            listing: `cost/${scope}`,
            right: 'Cost Management Reader, and Storage Blob Data Reader on the storage account',
            loss: 'the bill: there is no report without it',
            question: {
              method: 'GET',
              url: `${cloud.arm.url}/${scope.replace(/^\/+/, '')}/providers/Microsoft.CostManagement/exports?api-version=2025-03-01`,
              scope: cloud.arm.scope,
            } as const,
          },
        ]),
  ]
  const examined: Examined[] = []
  for (const { question, noneStatus, ...words } of questions) {
    if (!wanted.sources.some((source) => source === words.source)) continue
    examined.push({ ...words, ...(await stateOf(question, noneStatus, words.listing)) })
  }
  return examined

  async function stateOf(
    question: Question,
    noneStatus: number | undefined,
    listing: string,
  ): Promise<Pick<Examined, 'state' | 'why'>> {
    try {
      const { bytes } = await wire.ask(question)
      const isHidden =
        listing === 'inventory/subscriptions' && /"totalRecords"\s*:\s*0\b/.test(Buffer.from(bytes).toString('utf8'))
      return isHidden ? { state: 'refused', why: 'no subscription is visible' } : { state: 'readable', why: null }
    } catch (error) {
      if (isSignIn(error)) return { state: 'refused', why: 'no token for this service' }
      if (!(error instanceof ServiceError)) throw error
      if (error.status === noneStatus) return { state: 'readable', why: null }
      return { state: error.isRefusal ? 'refused' : 'failed', why: error.message }
    }
  }

  async function firstSubscription(): Promise<string | undefined> {
    const url = `${cloud.arm.url}/subscriptions?api-version=2022-12-01`
    const { bytes } = await wire.ask({ method: 'GET', url, scope: cloud.arm.scope })
    const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as { value?: { subscriptionId?: string }[] }
    return page.value?.[0]?.subscriptionId
  }
}
