import type { Collected, CollectedListing } from './collect.ts'
import { type Examined, STATE_ORDER } from './doctor.ts'

/** Listings of which no more than so many are named one by one when they lack for the same reason. */
const NAMED = 3

/** What a collection read, as a table, and what it took. */
export function collectedWords({ listings, traffic, leastRequests, isResumed }: Collected): string {
  const width = Math.max(...listings.map(({ listing }) => listing.length), 7)
  const lines = listings.map(
    ({ listing, state, pages, rowsRead, rowsAnnounced }) =>
      `${listing.padEnd(width)}  ${state.padEnd(10)}  ${String(rowsRead).padStart(8)}${rowsAnnounced === null ? '' : ` of ${rowsAnnounced}`}  ${pages} pages`,
  )
  const resumed = isResumed ? ', going on from an earlier call' : ''
  return [
    ...lines,
    `${traffic.requests} requests for ${leastRequests} pages and files, ${traffic.retries} repeated, ${Math.round(traffic.waitedSeconds)} s waited${resumed}`,
  ].join('\n')
}

/** What is not all there, and what to do: one paragraph a reason, not one a subscription. */
export function shortfallLines(listings: readonly CollectedListing[]): string[] {
  const groups = new Map<string, CollectedListing[]>()
  for (const listing of listings) {
    if (listing.state === 'complete') continue
    const { source, state, why, right } = listing
    const key = JSON.stringify([source, state, why, right])
    groups.set(key, [...(groups.get(key) ?? []), listing])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { source, state, why, right, loss } = first
    const reason = why === null ? '' : `: ${why}`
    const names = group.slice(0, NAMED).map(({ listing }) => listing)
    const headline =
      group.length <= NAMED
        ? names.map((name) => `hourwise: ${name} is ${state}${reason}`)
        : [
            `hourwise: ${group.length} listings of ${source} are ${state}${reason}`,
            `  ${names.join(', ')} and ${group.length - NAMED} more`,
          ]
    return [...headline, `  ${nextStep(state, right, loss)}`]
  })
}

function nextStep(state: CollectedListing['state'], right: string, loss: string): string {
  if (state === 'refused') return `it takes: ${right}; without it the reports lack ${loss}`
  if (state === 'failed') return 'Repeat the command; it goes on from there.'
  return 'Repeat the command: it is read from its beginning, at a new moment.'
}

/** One row a source: the worst of what was asked of it, and the least rights that read it. */
export function examinedWords(examined: readonly (Examined & { tenant: string | null })[]): string {
  const keys = [...new Set(examined.map(({ tenant, source }) => JSON.stringify([tenant, source])))]
  const rows = keys.map((key) => {
    const [tenant, source] = JSON.parse(key) as [string | null, string]
    const mine = examined.filter((one) => one.tenant === tenant && one.source === source)
    const state = STATE_ORDER.find((one) => mine.some((each) => each.state === one)) ?? 'unknown'
    const isPart = state !== 'readable' && mine.some((one) => one.state === 'readable')
    const rights = [...new Set(mine.map(({ right }) => right))].join('; ')
    return [tenant === null ? source : `${tenant} ${source}`, isPart ? `${state} in part` : state, rights]
  })
  const [first = 0, second = 0] = [0, 1].map((at) => Math.max(...rows.map((row) => String(row[at]).length), 6))
  return [['source', 'state', 'least right'], ...rows]
    .map(([name = '', state = '', right = '']) => `${name.padEnd(first)}  ${state.padEnd(second)}  ${right}`.trimEnd())
    .join('\n')
}

/** What may not be read or was not reached, why, and what the reports lose. */
export function doctorLines(examined: readonly Examined[]): string[] {
  return examined.flatMap(({ listing, state, right, loss, why }) => {
    if (state === 'readable' || state === 'absent') return []
    return [
      `hourwise: ${listing} is ${STATE_WORDS[state]}${why === null ? '' : `: ${why}`}`,
      `  it takes: ${right}; without it the reports lack ${loss}`,
    ]
  })
}

const STATE_WORDS = {
  refused: 'refused',
  failed: 'not reached',
  unknown: 'not known',
} as const
