import { setMaxListeners } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package_root.ts'
import type { Outside, Question, Traffic, Wire } from './wire.ts'

/** Services as their limits count them; `service_limit.csv` and `service_parallel.csv` are their dated tables. */
export const SERVICES = [
  'resource-graph',
  'resource-manager',
  'cost-management',
  'cost-query',
  'endpoint',
  'graph',
  'prices',
  'metrics',
  'storage',
  'other',
] as const
export type Service = (typeof SERVICES)[number]

/** At most so many requests within any stretch of so many seconds. */
export interface ServiceLimit {
  readonly service: Service
  readonly requests: number
  readonly perSeconds: number
  /** `scope`: each billing scope, subscription or management group has its own. */
  readonly countedBy: 'tenant' | 'scope'
}

export interface Pace {
  readonly limits: readonly ServiceLimit[]
  /** Requests that may be on their way at once. */
  readonly parallel: Readonly<Record<Service, number>>
}

/** The tables as they ship. */
export function shippedPace(): Pace {
  const limits = table('service_limit.csv').map(([service = '', requests, perSeconds, countedBy]) => ({
    service: serviceNamed(service),
    requests: Number(requests),
    perSeconds: Number(perSeconds),
    countedBy: countedBy === 'scope' ? ('scope' as const) : ('tenant' as const),
  }))
  const parallel = Object.fromEntries(
    table('service_parallel.csv').map(([service = '', count]) => [serviceNamed(service), Number(count)]),
  ) as Record<Service, number>
  return { limits, parallel }
}

/** Fields before the first quoted one: the tables end in words. */
function table(name: string): string[][] {
  const lines = readFileSync(join(packageRoot, 'src/collect', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  return lines.map((line) => (line.split('"')[0] ?? '').split(','))
}

function serviceNamed(name: string): Service {
  const found = SERVICES.find((service) => service === name)
  if (found === undefined) throw new Error(`no service is called ${name}`)
  return found
}

/**
 * The wire with each service at its own pace: requests beyond a limit wait until the oldest within its stretch is past,
 * services never wait for each other. Tries that the wire repeats by itself wait as the service says and are not counted.
 */
export function pacedWire(wire: Wire, pace: Pace, outside: Pick<Outside, 'nowSeconds' | 'sleep'>): Wire {
  const sent = new Map<string, number[]>()
  const busy = new Map<Service, { count: number; waiting: (() => void)[] }>()

  /** Takes the next free moment, UTC seconds, under every limit of the question; a moment taken is never given twice. */
  function nextMoment(question: Question): number {
    const now = outside.nowSeconds()
    const due = limitsOf(pace, question).map(({ key, limit }) => ({ key, limit, moments: sent.get(key) ?? [] }))
    const moment = Math.max(
      now,
      ...due.map(({ limit, moments }) => (moments.at(-limit.requests) ?? -Infinity) + limit.perSeconds),
    )
    for (const { key, limit, moments } of due) sent.set(key, [...moments, moment].slice(-limit.requests))
    return moment
  }

  async function enter(service: Service): Promise<void> {
    const lane = busy.get(service) ?? { count: 0, waiting: [] }
    busy.set(service, lane)
    if (lane.count < pace.parallel[service]) lane.count += 1
    // Whoever leaves hands its place over, so the count stays.
    else await new Promise<void>((resolve) => lane.waiting.push(resolve))
  }

  function leave(service: Service): void {
    const lane = busy.get(service)
    const next = lane?.waiting.shift()
    if (next !== undefined) next()
    else if (lane !== undefined) lane.count -= 1
  }

  async function atPace<T>(counts: readonly Traffic[], question: Question, act: () => Promise<T>): Promise<T> {
    const service = serviceOf(question.url)
    await enter(service)
    try {
      const wait = nextMoment(question) - outside.nowSeconds()
      if (wait > 0) {
        for (const count of counts) count.waitedSeconds += wait
        await outside.sleep(wait, stopping.signal)
      }
      return await act()
    } finally {
      leave(service)
    }
  }

  const stopping = new AbortController()
  // Every request on its way listens, and there may be many.
  setMaxListeners(0, stopping.signal)
  const paced = (inner: Wire, counts: readonly Traffic[]): Wire => ({
    ...inner,
    traffic: inner.traffic,
    ask: (question) => atPace(counts, question, () => inner.ask(question)),
    receive: (question, take) => atPace(counts, question, () => inner.receive(question, take)),
    part() {
      const part = inner.part()
      return paced(part, [part.traffic, ...counts])
    },
    stop() {
      stopping.abort()
      inner.stop()
    },
  })
  return paced(wire, [wire.traffic])
}

/** The limits that count a question; a query of costs is one of Cost Management, too. */
function limitsOf(pace: Pace, { url }: Question): { key: string; limit: ServiceLimit }[] {
  const service = serviceOf(url)
  const counted: readonly Service[] = service === 'cost-query' ? ['cost-query', 'cost-management'] : [service]
  const scope = new URL(url).pathname.split(/\/providers\/Microsoft\.CostManagement\//i)[0]?.toLowerCase()
  return pace.limits
    .filter((limit) => counted.includes(limit.service))
    .map((limit) => ({
      key: `${limit.service} ${limit.perSeconds} ${limit.countedBy === 'scope' ? scope : ''}`,
      limit,
    }))
}

/** Which service a request goes to, by its host and path. */
export function serviceOf(url: string): Service {
  const { hostname, pathname } = new URL(url)
  if (/^management\./.test(hostname)) {
    if (/\/providers\/Microsoft\.ResourceGraph\//i.test(pathname)) return 'resource-graph'
    if (/\/providers\/Microsoft\.CostManagement\/query$/i.test(pathname)) return 'cost-query'
    return /\/providers\/Microsoft\.CostManagement\//i.test(pathname) ? 'cost-management' : 'resource-manager'
  }
  if (/\.metrics\.monitor\.azure\./.test(hostname)) return 'metrics'
  if (/\.blob\.core\./.test(hostname)) return 'storage'
  if (/graph\.(microsoft|chinacloudapi)\./.test(hostname)) return 'graph'
  if (/^prices\./.test(hostname)) return 'prices'
  return /security/.test(hostname) ? 'endpoint' : 'other'
}
