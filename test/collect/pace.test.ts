// How fast each service is asked: held against a brute-force count over every stretch of time.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CLOUDS } from '../../src/collect/cloud.ts'
import { type Pace, pacedWire, SERVICES, type Service, serviceOf, shippedPace } from '../../src/collect/pace.ts'
import type { Question, Wire } from '../../src/collect/wire.ts'

const ARM = 'https://management.azure.com'
const question = (url: string): Question => ({ method: 'GET', url, scope: null })
const SUBSCRIPTIONS = `${ARM}/subscriptions?api-version=2022-12-01`
const GRAPH = `${ARM}/providers/Microsoft.ResourceGraph/resources`
const query = (scope: string) => `${ARM}/subscriptions/${scope}/providers/Microsoft.CostManagement/query`

/** A wire whose answers take so many seconds on a clock that only moves when everybody waits. */
function simulation(pace: Pace, answerSeconds = 0) {
  let now = 1000
  const sleepers: { at: number; wake: () => void }[] = []
  const sent: { url: string; at: number; open: number }[] = []
  const open = new Map<string, number>()
  const sleep = (seconds: number) =>
    new Promise<void>((wake) => {
      sleepers.push({ at: now + seconds, wake })
    })
  const wire: Wire = {
    traffic: { requests: 0, retries: 0, waitedSeconds: 0 },
    async ask({ url }) {
      const service = serviceOf(url)
      open.set(service, (open.get(service) ?? 0) + 1)
      sent.push({ url, at: now, open: open.get(service) ?? 0 })
      if (answerSeconds > 0) await sleep(answerSeconds)
      open.set(service, (open.get(service) ?? 0) - 1)
      return { status: 200, bytes: new Uint8Array(), header: () => undefined }
    },
    receive: () => Promise.reject(new Error('not asked here')),
    part: () => wire,
    stop: () => {},
    signInFailure: () => undefined,
  }
  const paced = pacedWire(wire, pace, { nowSeconds: () => now, sleep })
  return {
    sent,
    traffic: wire.traffic,
    async askAll(urls: readonly string[]) {
      let isDone = false
      const all = Promise.all(urls.map((url) => paced.ask(question(url)))).then(() => {
        isDone = true
      })
      while (!isDone) {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve()
        if (isDone) break
        sleepers.sort((a, b) => a.at - b.at)
        const next = sleepers.shift()
        if (next === undefined) {
          await new Promise((resolve) => setImmediate(resolve))
          continue
        }
        now = Math.max(now, next.at)
        next.wake()
      }
      await all
    },
  }
}

const wide = (parallel: number): Pace['parallel'] =>
  Object.fromEntries(SERVICES.map((service) => [service, parallel])) as Record<Service, number>

describe('a service', () => {
  test('is never asked more often within any stretch than its limit allows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (requests, perSeconds, count, parallel) => {
          const limit = { service: 'resource-manager', requests, perSeconds, countedBy: 'tenant' } as const
          const run = simulation({ limits: [limit], parallel: wide(parallel) })
          await run.askAll(Array.from({ length: count }, () => SUBSCRIPTIONS))
          expect(run.sent).toHaveLength(count)
          for (const { at } of run.sent)
            expect(run.sent.filter((other) => other.at >= at && other.at < at + perSeconds).length).toBeLessThanOrEqual(
              requests,
            )
          // And not slower than that either.
          const last = Math.max(...run.sent.map(({ at }) => at))
          expect(last - 1000).toBe(Math.floor((count - 1) / requests) * perSeconds)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('has no more requests on their way than its lane is wide, and does not wait for another service', async () => {
    const limit = { service: 'resource-graph', requests: 1, perSeconds: 1000, countedBy: 'tenant' } as const
    const run = simulation({ limits: [limit], parallel: wide(3) }, 7)
    await run.askAll([GRAPH, GRAPH, GRAPH, ...Array.from({ length: 9 }, () => SUBSCRIPTIONS)])
    const manager = run.sent.filter(({ url }) => url === SUBSCRIPTIONS)
    expect(Math.max(...manager.map(({ open }) => open))).toBe(3)
    expect(Math.max(...manager.map(({ at }) => at))).toBeLessThan(1000 + 22)
    expect(run.sent.filter(({ url }) => url === GRAPH).map(({ at }) => at)).toEqual([1000, 2000, 3000])
  })

  test('counts a query of costs for its scope and for the tenant', async () => {
    const run = simulation({
      limits: [
        { service: 'cost-query', requests: 1, perSeconds: 10, countedBy: 'scope' },
        { service: 'cost-management', requests: 3, perSeconds: 100, countedBy: 'tenant' },
      ],
      parallel: wide(9),
    })
    await run.askAll([query('a'), query('a'), query('b'), query('c')])
    expect(run.sent.map(({ url, at }) => [url.split('/')[4], at])).toEqual([
      ['a', 1000],
      ['b', 1000],
      ['a', 1010],
      ['c', 1100],
    ])
    expect(run.traffic.waitedSeconds).toBeGreaterThan(100)
  })
})

describe('the tables that ship', () => {
  test('have a width for every service, whole numbers, and the limits that Microsoft publishes', () => {
    const { limits, parallel } = shippedPace()
    expect(Object.keys(parallel).sort()).toEqual([...SERVICES].sort())
    for (const value of [...Object.values(parallel), ...limits.flatMap((one) => [one.requests, one.perSeconds])])
      expect(Number.isInteger(value) && value > 0).toBe(true)
    const of = (service: Service) =>
      limits.filter((one) => one.service === service).map((one) => [one.requests, one.perSeconds])
    expect(of('endpoint')).toEqual([
      [100, 60],
      [1500, 3600],
    ])
    expect(of('resource-graph')).toEqual([[15, 5]])
    expect(of('cost-management')).toEqual([
      [12, 10],
      [60, 60],
      [600, 3600],
    ])
  })

  test('name the service of every host of the three clouds', () => {
    for (const cloud of Object.values(CLOUDS)) {
      expect(serviceOf(`${cloud.arm.url}/subscriptions`)).toBe('resource-manager')
      expect(serviceOf(`${cloud.arm.url}/providers/Microsoft.ResourceGraph/resources`)).toBe('resource-graph')
      expect(serviceOf(`${cloud.graph.url}/v1.0/subscribedSkus`)).toBe('graph')
      expect(serviceOf(`https://account.${cloud.blobSuffix}/container/blob`)).toBe('storage')
      if (cloud.endpoint !== null) expect(serviceOf(`${cloud.endpoint.url}/api/machines`)).toBe('endpoint')
      if (cloud.prices !== null) expect(serviceOf(`${cloud.prices}/api/retail/prices`)).toBe('prices')
    }
  })
})
