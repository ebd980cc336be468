/** What is known of services while they are asked by several at once: who wants to be left alone, and who is not there. */
export interface Patience {
  /** Seconds that a service still wants to be left alone; 0: it may be asked. */
  left(service: string): number
  /** A service asked everybody to wait so many seconds. */
  rest(service: string, seconds: number): void
  /** Whether the last question to a host ended without an answer, however often it was put. */
  isLost(host: string): boolean
  setLost(host: string, isLost: boolean): void
}

/** Limits hold for an identity at a service, not for one question: what one of them was told holds for all. */
export function openPatience(nowSeconds: () => number): Patience {
  const until = new Map<string, number>()
  const lost = new Set<string>()
  return {
    left: (service) => Math.max(0, (until.get(service) ?? 0) - nowSeconds()),
    rest: (service, seconds) => {
      until.set(service, Math.max(until.get(service) ?? 0, nowSeconds() + seconds))
    },
    isLost: (host) => lost.has(host),
    setLost: (host, isLost) => {
      if (isLost) lost.add(host)
      else lost.delete(host)
    },
  }
}

/** The service behind a URL: its host, and within Resource Manager the last provider, each of which has limits of its own. */
export function serviceOf(url: string): string {
  const { hostname, pathname } = new URL(url)
  const provider = [...pathname.matchAll(/\/providers\/([^/]+)/gi)].at(-1)?.[1]
  return provider === undefined ? hostname : `${hostname}/${provider.toLowerCase()}`
}
