import type { AzureAnswer, RouteName } from './wire.ts'
import { failed } from './wire.ts'

/** So many requests in so many seconds. */
export interface Limit {
  readonly requests: number
  readonly seconds: number
}
export type Limits = Partial<Record<RouteName, Limit>>

/** Refuses what is too much, and tells what is left, in the headers of each service. */
export interface LimitGate {
  /** The refusal of a request that is one too many; null when it may be answered. */
  refuse(route: RouteName): AzureAnswer | null
  /** What the service says of the quota with each answer. */
  headers(route: RouteName): Record<string, string>
}

/** `now` in milliseconds. Windows begin with the first request after the last one ended. */
export function limitGate(limits: Limits, now: () => number): LimitGate {
  const windows = new Map<RouteName, { until: number; left: number }>()
  const windowOf = (route: RouteName, limit: Limit) => {
    let window = windows.get(route)
    if (window === undefined || now() >= window.until) {
      window = { until: now() + limit.seconds * 1000, left: limit.requests }
      windows.set(route, window)
    }
    return window
  }
  const secondsLeft = (until: number): number => Math.max(1, Math.ceil((until - now()) / 1000))
  return {
    refuse(route) {
      const limit = limits[route]
      if (limit === undefined) return null
      const window = windowOf(route, limit)
      window.left -= 1
      if (window.left >= 0) return null
      const wait = String(secondsLeft(window.until))
      const header = route === 'cost-query' ? 'x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after' : 'retry-after'
      return failed(429, 'TooManyRequests', 'Too many requests.', { [header]: wait })
    },
    headers(route) {
      const limit = limits[route]
      if (route === 'resource-graph') {
        const window = limit === undefined ? { until: now() + 5000, left: 14 } : windowOf(route, limit)
        const resets = new Date(secondsLeft(window.until) * 1000).toISOString().slice(11, 19)
        return {
          'x-ms-user-quota-remaining': String(Math.max(0, window.left)),
          'x-ms-user-quota-resets-after': resets,
        }
      }
      return {}
    },
  }
}
