import { activityListing } from './activity_log.ts'
import { alertListing } from './alerts.ts'
import { AVAILABILITY_LOSS, AVAILABILITY_RIGHT, availabilityQuestion, hasMetric } from './availability.ts'
import { CLOUDS, type Cloud } from './cloud.ts'
import { COST_LOSS, COST_RIGHT } from './cost.ts'
import { exportPlaces, exportsQuestion, noBlobQuestion } from './cost_export.ts'
import { costMonths } from './cost_month.ts'
import { queryListing } from './cost_query.ts'
import { endpointListing } from './endpoint.ts'
import { licenceListing } from './licences.ts'
import type { Listing } from './listing.ts'
import { askMachines } from './machine_list.ts'
import { priceListing } from './prices.ts'
import { GRAPH_DATASETS, graphListing } from './resource_graph.ts'
import { NoTokenError, ServiceError, whyNot } from './service_error.ts'
import { settingListing } from './settings.ts'
import { SOURCES, type Source, type Wanted } from './wanted.ts'
import { type Answer, type Outside, openWire, type Question, type Wire } from './wire.ts'

/** Whether the identity that is signed in may read one listing. */
export interface Examined {
  source: Source
  listing: string
  /** unknown: it could not be asked for, as what comes before it is not readable; absent: this cloud has no such service. */
  state: 'readable' | 'refused' | 'failed' | 'unknown' | 'absent'
  /** The least right that reads it. */
  right: string
  /** What the reports lose without it. */
  loss: string
  why: string | null
}

/** A question that stands for a listing. */
interface Probe extends Pick<Examined, 'source' | 'listing' | 'right' | 'loss'> {
  question: Question
  noneStatus?: number | undefined
  /** An answer that is a refusal all the same; the reason, or null. */
  hides?(answer: Answer): string | null
}

/** What is said of a source as a whole: the worst of its listings. */
export const STATE_ORDER: readonly Examined['state'][] = ['refused', 'failed', 'unknown', 'absent', 'readable']

/**
 * Asks each service one question, of the first subscription and the first cost scope. Resource Graph hides what one may
 * not read instead of refusing it: an answer with no subscription at all counts as refused. A service without a token is
 * a refusal there. Throws what the sign-in threw when no token at all is given.
 */
export async function examine(wanted: Wanted, outside: Outside): Promise<Examined[]> {
  const wire = openWire(outside, { patienceSeconds: 60 })
  const cloud = CLOUDS[wanted.cloud]
  const examined: Examined[] = []
  const wants = (source: Source) => wanted.sources.includes(source)
  const add = async (probe: Probe): Promise<Answer | null> => {
    const { source, listing, right, loss } = probe
    const { answer, ...outcome } = await stateOf(wire, probe)
    examined.push({ source, listing, right, loss, ...outcome })
    return answer
  }
  for (const dataset of GRAPH_DATASETS)
    if (wants(dataset.source)) await add(probeOf(graphListing(cloud, dataset, wanted), hidesEverything))

  const { subscription, why } = await firstSubscription(wire, cloud, wanted)
  for (const listing of perSubscription(wanted, subscription ?? 'SUBSCRIPTION', outside.nowSeconds())) {
    if (!wants(listing.source as Source)) continue
    if (subscription !== null) await add(probeOf(listing))
    else examined.push({ ...wordsOf(listing), state: 'unknown', why })
  }
  const scope = wanted.costScopes[0] ?? (subscription === null ? null : `subscriptions/${subscription}`)
  if (wants('cost')) examined.push(...(await examineCost(wire, cloud, scope, why, outside.nowSeconds())))

  if (wants('availability')) {
    const machine = await firstMachine(wire, cloud, subscription, why, outside.nowSeconds())
    const words = wordsOfAvailability
    if (machine.question === null) examined.push({ ...words, state: 'unknown', why: machine.why })
    else await add({ ...words, question: machine.question })
  }

  const single: [Source, Listing | null, string][] = [
    ['endpoint', endpointListing(cloud), 'endpoint/machines'],
    ['licences', licenceListing(cloud), 'licences/subscribedSkus'],
    ['prices', priceListing(cloud, wanted.currency), 'prices/retail'],
  ]
  for (const [source, listing, name] of single) {
    if (!wants(source)) continue
    // Prices ask for no sign-in and come last: where nobody is signed in, nobody waits for them.
    if (source === 'prices') throwWhenUnsigned(wire)
    if (listing !== null) await add(probeOf(listing))
    else examined.push(absent(source, name))
  }
  throwWhenUnsigned(wire)
  return examined.sort((a, b) => SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source))
}

/** Throws what the sign-in threw when no token at all was given. */
function throwWhenUnsigned(wire: Wire): void {
  const failure = wire.signInFailure()
  if (failure !== undefined) throw failure
}

/** Exports, the files that they left, and the query that is asked where there are none. */
async function examineCost(
  wire: Wire,
  cloud: Cloud,
  scope: string | null,
  why: string | null,
  nowSeconds: number,
): Promise<Examined[]> {
  const words = (listing: string, right: string) => ({ source: 'cost' as const, listing, right, loss: COST_LOSS })
  if (scope === null) return [{ ...words('cost', COST_RIGHT), state: 'unknown', why }]
  const name = scope.replace(/^\/+|\/+$/g, '')
  const exported = words(`cost/${name}`, 'Cost Management Reader')
  const { answer, ...outcome } = await stateOf(wire, { ...exported, question: exportsQuestion(cloud, scope) })
  const examined: Examined[] = [{ ...exported, ...outcome }]
  for (const place of answer === null ? [] : exportPlaces(answer)) {
    const blobs = words(`cost/${place.account}/${place.container}`, 'Storage Blob Data Reader on the storage account')
    const { answer: _, ...state } = await stateOf(wire, {
      ...blobs,
      question: noBlobQuestion(cloud, place),
      // No such file, as was to be expected: so much only who may read is told.
      noneStatus: 404,
    })
    examined.push({ ...blobs, ...state })
  }
  const month = costMonths(new Date((nowSeconds - 2 * 86_400) * 1000).toISOString().slice(0, 10), nowSeconds).at(-1)
  if (month !== undefined) {
    const listing = queryListing(cloud, name, { ...month, fromDay: month.lastDay })
    const query = words(`cost/query/${name}`, 'Cost Management Reader')
    const { answer: _, ...state } = await stateOf(wire, { ...query, question: listing.question(null) })
    examined.push({ ...query, ...state })
  }
  return examined
}

const wordsOfAvailability = {
  source: 'availability',
  listing: 'availability',
  right: AVAILABILITY_RIGHT,
  loss: AVAILABILITY_LOSS,
} as const

/** The metric's question of an hour ago for one virtual machine of the subscription, at the host of its region. */
async function firstMachine(
  wire: Wire,
  cloud: Cloud,
  subscription: string | null,
  why: string | null,
  nowSeconds: number,
): Promise<{ question: Question | null; why: string | null }> {
  if (subscription === null) return { question: null, why }
  try {
    const machine = (await askMachines(wire, cloud, [subscription])).find(hasMetric)
    if (machine === undefined) return { question: null, why: 'no virtual machine is visible in the first subscription' }
    const until = nowSeconds - (nowSeconds % 3600)
    const asked = { subscription, region: machine.location, ids: [machine.id], from: until - 3600, until }
    return { question: availabilityQuestion(cloud, asked), why: null }
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof NoTokenError)) throw error
    return { question: null, why: `the machines are not listed: ${whyNot(error)}` }
  }
}

function perSubscription(wanted: Wanted, subscription: string, now: number): Listing[] {
  const cloud = CLOUDS[wanted.cloud]
  return [
    settingListing(cloud, subscription),
    activityListing(cloud, subscription, now - 86_400, now),
    alertListing(cloud, subscription),
  ]
}

async function stateOf(wire: Wire, probe: Probe): Promise<Pick<Examined, 'state' | 'why'> & { answer: Answer | null }> {
  try {
    const answer = await wire.ask(probe.question)
    const hidden = probe.hides?.(answer) ?? null
    return { state: hidden === null ? 'readable' : 'refused', why: hidden, answer }
  } catch (error) {
    if (error instanceof NoTokenError) return { state: 'refused', why: whyNot(error), answer: null }
    if (!(error instanceof ServiceError)) throw error
    if (error.status === probe.noneStatus) return { state: 'readable', why: null, answer: null }
    return { state: error.isRefusal ? 'refused' : 'failed', why: whyNot(error), answer: null }
  }
}

const wordsOf = ({ source, name, right, loss }: Listing) => ({ source: source as Source, listing: name, right, loss })

function probeOf(listing: Listing, hides?: (name: string, answer: Answer) => string | null): Probe {
  return {
    ...wordsOf(listing),
    question: listing.question(null),
    noneStatus: listing.noneStatus,
    ...(hides === undefined ? {} : { hides: (answer: Answer) => hides(listing.name, answer) }),
  }
}

/** Every tenant has a subscription: a list without any shows that nothing may be read. */
function hidesEverything(name: string, { bytes }: Answer): string | null {
  if (name !== 'inventory/subscriptions') return null
  const isEmpty = /"totalRecords"\s*:\s*0\b/.test(Buffer.from(bytes).toString('utf8'))
  return isEmpty ? 'no subscription is visible' : null
}

function absent(source: Source, listing: string): Examined {
  return { source, listing, state: 'absent', right: 'none', loss: 'what this cloud does not have', why: null }
}

async function firstSubscription(
  wire: Wire,
  cloud: Cloud,
  wanted: Wanted,
): Promise<{ subscription: string | null; why: string | null }> {
  if (wanted.subscriptions[0] !== undefined) return { subscription: wanted.subscriptions[0], why: null }
  try {
    const url = `${cloud.arm.url}/subscriptions?api-version=2022-12-01`
    const { bytes } = await wire.ask({ method: 'GET', url, scope: cloud.arm.scope })
    const page = JSON.parse(Buffer.from(bytes).toString('utf8')) as { value?: { subscriptionId?: string }[] }
    const subscription = page.value?.[0]?.subscriptionId ?? null
    return { subscription, why: subscription === null ? 'no subscription is visible' : null }
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof NoTokenError)) throw error
    return { subscription: null, why: `the subscriptions are not listed: ${whyNot(error)}` }
  }
}
