import { secondsOf, sum, times, units } from './exact.ts'
import type { Machine } from './machine.ts'
import { DAY, dayOf, dayStart, given } from './rows.ts'

export type Evidence = 'observed' | 'inferred' | 'assumed' | 'none'

export interface PowerSegment {
  from: number
  until: number
  power: 'running' | 'stopped' | 'off' | 'unknown'
  evidence: Evidence
  /** For a day known by compute hours only: how many of its seconds are billable. */
  onSeconds: number | null
}

type State = Pick<PowerSegment, 'power' | 'evidence'>

/** Of two neighbours the later one holds from the middle of the time between them, rounded down. */
export function nearestHolding<T>(items: readonly { at: number; value: T }[], at: number): T {
  let held = given(items[0])
  for (const item of items.slice(1)) {
    if (at >= Math.floor((held.at + item.at) / 2)) held = item
  }
  return held.value
}

function middles(times: readonly number[]): number[] {
  return times.slice(1).map((at, index) => Math.floor((given(times[index]) + at) / 2))
}

/** Hours of compute lines of a machine on a day; NULL without a line. */
export function computeHours(machine: Machine, day: string): bigint | null {
  const lines = machine.lines.filter((line) => line.line_class === 'compute' && line.charge_day === day)
  return sum(
    // a line that does not say what it counts counts hours
    lines.map((line) => times(units(given(line.quantity)), units(line.hours_per_unit ?? '1'))),
  )
}

function byEvents(machine: Machine, at: number): State {
  const past = machine.changes.filter((change) => change.at <= at).at(-1)
  if (past !== undefined) return { power: past.state, evidence: 'observed' }
  return { power: machine.changes[0]?.before ?? 'off', evidence: 'inferred' }
}

function arcState(status: string): 'running' | 'off' {
  return status === 'connected' ? 'running' : 'off'
}

function byArcStatus(machine: Machine, at: number): State {
  const snapshots = machine.records
    .filter((r) => r.arc_status !== null)
    .map((r) => ({ at: given(r.snapshot_at), since: r.arc_status_changed_at, value: arcState(given(r.arc_status)) }))
  if (snapshots.length === 0) return { power: 'unknown', evidence: 'none' }
  const said = snapshots.find((s) => s.since !== null && s.since <= at && at < s.at)
  if (said !== undefined) return { power: said.value, evidence: 'inferred' }
  let held = given(snapshots[0])
  for (const next of snapshots.slice(1)) {
    // the later one holds from the middle on, but not from before the moment since when it says to be so
    const middle = Math.floor((held.at + next.at) / 2)
    if (at < Math.max(middle, Math.min(next.since ?? 0, next.at))) break
    held = next
  }
  return { power: held.value, evidence: 'assumed' }
}

function byDevice(machine: Machine, at: number): State {
  const first = Math.min(...machine.devices.map((device) => given(device.first_seen_at)))
  const last = Math.max(...machine.devices.map((device) => given(device.last_seen_at))) + DAY
  return { power: first <= at && at < last ? 'running' : 'off', evidence: 'assumed' }
}

function bySnapshot(machine: Machine, at: number): State {
  const snapshots = machine.records
    .filter((r) => r.power !== null)
    .map((r) => ({ at: given(r.snapshot_at), value: r.power as 'running' | 'stopped' | 'off' }))
  if (snapshots.length === 0) return { power: 'unknown', evidence: 'none' }
  return { power: nearestHolding(snapshots, at), evidence: 'assumed' }
}

const HOUR = 3600

/** What the availability metric says of a moment; null when it has no value for that hour. */
function byMetric(machine: Machine, at: number): State | null {
  const averageAt = (moment: number): number | null => {
    const hour = Math.floor(moment / HOUR) * HOUR
    const values = machine.metric.filter((row) => row.hour_at === hour).map((row) => Number(row.average))
    return values.length === 0 ? null : Math.max(...values)
  }
  const value = averageAt(at)
  if (value === null) return null
  const stateOf = (average: number | null) => (average === null ? null : average > 0 ? 'running' : 'stopped')
  const power = stateOf(value) as 'running' | 'stopped'
  const isAlike = stateOf(averageAt(at - HOUR)) === power && stateOf(averageAt(at + HOUR)) === power
  return { power, evidence: isAlike && (value === 0 || value === 1) ? 'observed' : 'inferred' }
}

/** Without a value the inventory counts; where it says off between hours that have values, both agree. */
function bySilence(machine: Machine, at: number): State {
  const state = bySnapshot(machine, at)
  const hours = machine.metric.map((row) => given(row.hour_at))
  const isBetween = Math.min(...hours) <= at && at < Math.max(...hours) + HOUR
  return state.power === 'off' && isBetween ? { power: 'off', evidence: 'inferred' } : state
}

function byComputeHours(machine: Machine, from: number, until: number): PowerSegment {
  const onSeconds = Math.min(secondsOf(computeHours(machine, dayOf(from)) ?? 0n), until - from)
  if (onSeconds === 0) return { from, until, power: 'off', evidence: 'inferred', onSeconds: null }
  const isStopped = bySnapshot(machine, dayStart(dayOf(from)) + DAY / 2).power === 'stopped'
  const state = isStopped
    ? ({ power: 'stopped', evidence: 'assumed' } as const)
    : ({ power: 'running', evidence: 'inferred' } as const)
  return { from, until, ...state, onSeconds: onSeconds === until - from ? null : onSeconds }
}

/** Joins neighbours of the same state. */
export function merged<T extends { from: number; until: number }>(
  segments: readonly T[],
  same: (a: T, b: T) => boolean,
): T[] {
  const joined: T[] = []
  for (const segment of segments) {
    const last = joined.at(-1)
    if (last !== undefined && last.until === segment.from && same(last, segment)) {
      joined[joined.length - 1] = { ...last, until: segment.until }
    } else joined.push(segment)
  }
  return joined
}

/** The pieces of `[from, until)` between all given moments. */
export function pieces(from: number, until: number, cuts: readonly number[]): { from: number; until: number }[] {
  const inner = [...new Set(cuts)].filter((cut) => from < cut && cut < until).sort((a, b) => a - b)
  return [from, ...inner].map((start, index) => ({ from: start, until: inner[index] ?? until }))
}

/** The days of a stretch of time, as pieces cut at midnight. */
export function dayPieces(from: number, until: number): { from: number; until: number }[] {
  const cuts: number[] = []
  for (let at = dayStart(dayOf(from)); at < until; at += DAY) cuts.push(at)
  return pieces(from, until, cuts)
}

/**
 * Power of a machine over its whole known life, whose ends may be infinite: health needs the time before the period.
 * What only compute hours tell begins with the period.
 */
export function powerOverLife(machine: Machine): PowerSegment[] {
  const isCounted =
    machine.kind !== 'arc' &&
    machine.changes.length === 0 &&
    machine.lines.some((line) => line.line_class === 'compute')
  if (isCounted) {
    if (machine.life === null) return []
    return dayPieces(machine.life.from, machine.life.until).map((day) => byComputeHours(machine, day.from, day.until))
  }
  const { from, until } = machine.wholeLife
  const snapshots = machine.records.map((record) => given(record.snapshot_at))
  const statusTimes = machine.records.filter((r) => r.arc_status !== null).map((r) => given(r.snapshot_at))
  const powerTimes = machine.records.filter((r) => r.power !== null).map((r) => given(r.snapshot_at))
  const cuts = [
    ...machine.changes.map((change) => change.at),
    ...snapshots,
    ...middles(machine.kind === 'arc' ? statusTimes : powerTimes),
    ...machine.records.map((record) => record.arc_status_changed_at ?? from),
    ...machine.metric.flatMap(({ hour_at }) => [given(hour_at), given(hour_at) + HOUR]),
    ...machine.devices.flatMap((device) => [device.first_seen_at ?? from, (device.last_seen_at ?? from) + DAY]),
  ]
  const stateAt = (at: number): State => {
    if (machine.kind === 'direct') return byDevice(machine, at)
    if (machine.kind === 'arc') return byArcStatus(machine, at)
    if (machine.changes.length > 0) return byEvents(machine, at)
    return byMetric(machine, at) ?? bySilence(machine, at)
  }
  const segments = pieces(from, until, cuts).map((piece) => ({ ...piece, ...stateAt(piece.from), onSeconds: null }))
  return merged(segments, (a, b) => a.power === b.power && a.evidence === b.evidence)
}

/** The part of a timeline that lies in the machine's life within the period. */
export function clipped<T extends { from: number; until: number }>(segments: readonly T[], life: Machine['life']): T[] {
  if (life === null) return []
  return segments
    .map((s) => ({ ...s, from: Math.max(s.from, life.from), until: Math.min(s.until, life.until) }))
    .filter((s) => s.from < s.until)
}

/** Seconds of a timeline's segment within `[from, until)` that count as its state, rounded down. */
export function countedSeconds(segment: PowerSegment, from: number, until: number): number {
  const seconds = Math.min(segment.until, until) - Math.max(segment.from, from)
  if (segment.onSeconds === null) return seconds
  return Number((BigInt(segment.onSeconds) * BigInt(seconds)) / BigInt(segment.until - segment.from))
}

/** Running seconds of a timeline within `[from, until)`; days known by compute hours count pro rata, rounded down. */
export function runningSeconds(power: readonly PowerSegment[], from: number, until: number): number {
  return power
    .filter((segment) => segment.power === 'running' && segment.from < until && segment.until > from)
    .map((segment) => countedSeconds(segment, from, until))
    .reduce((a, b) => a + b, 0)
}

/** Billable seconds (running or stopped) of a timeline on a day. */
export function billableSeconds(power: readonly PowerSegment[], day: string): number {
  const start = dayStart(day)
  return power
    .filter((s) => (s.power === 'running' || s.power === 'stopped') && s.from < start + DAY && s.until > start)
    .map((s) => s.onSeconds ?? countedSeconds(s, start, start + DAY))
    .reduce((a, b) => a + b, 0)
}
