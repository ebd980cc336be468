import type { HealthSegment, Verdict } from './health.ts'
import { countedSeconds, type Evidence, type PowerSegment, pieces } from './power.ts'
import { DAY, dayStart, given } from './rows.ts'

/** Time of one machine on one day in one state, before charges. */
export interface Group extends Verdict {
  power: PowerSegment['power']
  evidence: Evidence
  seconds: number
}

const RANK: Evidence[] = ['none', 'assumed', 'inferred', 'observed']

/** The weaker of two levels of evidence. */
export function weaker(a: Evidence, b: Evidence): Evidence {
  return RANK.indexOf(a) < RANK.indexOf(b) ? a : b
}

/** Text order with NULL last. */
export function textOrder(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? null
    if (left === right) continue
    if (left === null) return 1
    if (right === null) return -1
    return left < right ? -1 : 1
  }
  return 0
}

type Slice = ReturnType<typeof slicesOf>[number]

/** The pieces of a day between all changes of power and health, whatever is known of each looked up anew. */
export function slicesOf(power: readonly PowerSegment[], health: readonly HealthSegment[], day: string) {
  const first = power[0]
  if (first === undefined) return []
  const from = Math.max(first.from, dayStart(day))
  const until = Math.min(given(power.at(-1)).until, dayStart(day) + DAY)
  if (from >= until) return []
  return pieces(
    from,
    until,
    [...power, ...health].flatMap((s) => [s.from, s.until]),
  ).map((piece) => ({
    ...piece,
    power: given(power.find((s) => s.from <= piece.from && piece.from < s.until)),
    health: given(health.find((s) => s.from <= piece.from && piece.from < s.until)),
  }))
}

/**
 * Seconds of a slice that count as its state. Of a day known by compute hours only each slice has its part, rounded
 * down; of what is left over the longest slices have a second each, the first of equals.
 */
function countedOf(slices: readonly Slice[], slice: Slice): number {
  const segment = slice.power
  const whole = countedSeconds(segment, slice.from, slice.until)
  if (segment.onSeconds === null) return whole
  const siblings = slices.filter((other) => other.power === segment)
  const parts = siblings.map((s) => countedSeconds(segment, s.from, s.until)).reduce((a, b) => a + b, 0)
  const longest = [...siblings].sort((a, b) => b.until - b.from - (a.until - a.from) || a.from - b.from)
  return longest.indexOf(slice) < segment.onSeconds - parts ? whole + 1 : whole
}

/** The groups of a machine-day in text order of power, health, issue and evidence. */
export function groupsOf(power: readonly PowerSegment[], health: readonly HealthSegment[], day: string): Group[] {
  const groups = new Map<string, Group>()
  const add = (state: PowerSegment['power'], slice: Slice, seconds: number) => {
    if (seconds === 0) return
    const isTold = state === 'running' && slice.health.health !== 'unknown'
    const said = isTold ? weaker(slice.power.evidence, slice.health.evidence) : slice.power.evidence
    const evidence = state === 'unknown' ? 'none' : said
    const { health, issue } = slice.health
    const key = [state, health, issue, evidence].join(' ')
    const group = groups.get(key) ?? { power: state, health, issue, evidence, seconds: 0 }
    groups.set(key, { ...group, seconds: group.seconds + seconds })
  }
  const slices = slicesOf(power, health, day)
  for (const slice of slices) {
    const counted = countedOf(slices, slice)
    add(slice.power.power, slice, counted)
    add('off', slice, slice.until - slice.from - counted)
  }
  return [...groups.values()].sort((a, b) =>
    textOrder([a.power, a.health, a.issue, a.evidence], [b.power, b.health, b.issue, b.evidence]),
  )
}

/** How many UTC clock hours the billable time of a day touches; of a day known by hours only their number, rounded up. */
export function clockHours(power: readonly PowerSegment[], day: string): number {
  const start = dayStart(day)
  const billable = power.filter((s) => s.power === 'running' || s.power === 'stopped')
  const placed = billable.filter((s) => s.onSeconds === null)
  const touched = Array.from({ length: 24 }, (_, hour) => start + hour * 3600).filter((hour) =>
    placed.some((s) => s.from < hour + 3600 && s.until > hour),
  ).length
  const counted = billable.filter((s) => s.onSeconds !== null && s.from < start + DAY && s.until > start)
  return touched + counted.reduce((total, s) => total + Math.ceil(given(s.onSeconds) / 3600), 0)
}
