import { type DeviceMatch, deviceAt, listingOf } from './device_match.ts'
import { type Holding, ownerAt } from './identity.ts'
import type { Machine } from './machine.ts'
import { hasPosturePlan, type PlanDay } from './plan.ts'
import { type Evidence, merged, type PowerSegment, pieces, runningSeconds } from './power.ts'
import { DAY, given, type Normalised } from './rows.ts'

export interface Verdict {
  health: 'healthy' | 'unhealthy' | 'not_applicable' | 'unknown'
  issue: 'installation' | 'heartbeat' | null
}

export interface HealthSegment extends Verdict {
  from: number
  until: number
  evidence: Evidence
}

const WINDOW = 4 * 3600
const NO_SENSOR = ['impaired_communication', 'no_sensor_data', 'no_sensor_data_impaired_communication']

/** The moments at which health was looked at: those of Defender for Endpoint, without any those of the extensions. */
export function verdictTimes(rows: Normalised): number[] {
  const stamps = [...new Set(rows.endpoint_device.map((device) => given(device.snapshot_at)))]
  const moments =
    stamps.length > 0
      ? stamps.map((stamp) => listingOf(stamps, stamp))
      : rows.extension.map((extension) => given(extension.snapshot_at))
  return [...new Set(moments)].sort((a, b) => a - b)
}

function hasFailedExtension(rows: Normalised, held: readonly Holding[], machineId: string, at: number): boolean {
  const own = rows.extension.filter((e) => ownerAt(held, e.resource_id, given(e.snapshot_at)) === machineId)
  const times = own.map((e) => given(e.snapshot_at)).sort((a, b) => a - b)
  const looked = times.filter((time) => time <= at).at(-1) ?? times[0]
  return own.some((e) => e.snapshot_at === looked && e.provisioning_state === 'failed')
}

/** The verdict on a machine at a moment; NULL when the machine is off then. */
export function verdictAt(
  rows: Normalised,
  held: readonly Holding[],
  matches: readonly DeviceMatch[],
  machine: Machine,
  power: readonly PowerSegment[],
  plan: PlanDay,
  at: number,
): Verdict | null {
  const device = deviceAt(matches, machine.machineId, at)
  if (machine.isNotApplicable || device?.onboarding === 'unsupported') {
    return { health: 'not_applicable', issue: null }
  }
  const isEntitled = plan.plan === 'p2' || (plan.plan === 'p1' && hasPosturePlan(rows, machine.subscriptionId, at))
  if (!isEntitled && device === null) return { health: 'unknown', issue: null }
  if (power.find((segment) => segment.from <= at && at < segment.until)?.power === 'off') return null
  if (hasFailedExtension(rows, held, machine.machineId, at)) return { health: 'unhealthy', issue: 'installation' }
  const isOnboarded = device?.onboarding === 'onboarded'
  if (!isOnboarded) {
    const since = machine.createdAt ?? machine.life?.from ?? Infinity
    const isLooked = rows.endpoint_device.length > 0
    if (isLooked && runningSeconds(power, since, at) > DAY) return { health: 'unhealthy', issue: 'installation' }
    return { health: 'unknown', issue: null }
  }
  if (NO_SENSOR.includes(device.health_status ?? '')) return { health: 'unhealthy', issue: 'heartbeat' }
  const lastSeen = device.last_seen_at ?? Infinity
  const isSilent = device.health_status === 'inactive' || at - lastSeen > DAY
  if (isSilent && runningSeconds(power, lastSeen, at) > DAY) return { health: 'unhealthy', issue: 'heartbeat' }
  if (device.health_status === 'active') return { health: 'healthy', issue: null }
  return { health: 'unknown', issue: null }
}

interface Said extends Verdict {
  at: number
}

function healthAt(verdicts: readonly Said[], time: number): Omit<HealthSegment, 'from' | 'until'> {
  const pick = (said: Said, evidence: Evidence) => ({ health: said.health, issue: said.issue, evidence })
  const next = verdicts.find((said) => time < said.at)
  const last = verdicts.filter((said) => said.at <= time).at(-1)
  if (next !== undefined && time >= next.at - WINDOW) return pick(next, 'observed')
  if (next === undefined) return pick(given(last), 'assumed')
  if (last === undefined) return pick(next, 'assumed')
  if (next.at - last.at <= DAY) return pick(last, 'inferred')
  return pick(time < Math.floor((last.at + next.at - WINDOW) / 2) ? last : next, 'assumed')
}

/** Health of a machine over its life in the period. `power` covers its whole life; listings outside the period count. */
export function healthOf(
  rows: Normalised,
  held: readonly Holding[],
  matches: readonly DeviceMatch[],
  machine: Machine,
  power: readonly PowerSegment[],
  planAt: (at: number) => PlanDay,
): HealthSegment[] {
  if (machine.life === null) return []
  const { from, until } = machine.life
  const verdicts = verdictTimes(rows)
    .filter((at) => machine.wholeLife.from <= at && at < machine.wholeLife.until)
    .flatMap((at): Said[] => {
      const verdict = verdictAt(rows, held, matches, machine, power, planAt(at), at)
      return verdict === null ? [] : [{ ...verdict, at }]
    })
  if (verdicts.length === 0) {
    return machine.isNotApplicable
      ? [{ from, until, health: 'not_applicable', issue: null, evidence: 'assumed' }]
      : [{ from, until, health: 'unknown', issue: null, evidence: 'none' }]
  }
  const cuts = verdicts.flatMap((said, index) => {
    const before = verdicts[index - 1]?.at
    return [said.at, said.at - WINDOW, before === undefined ? said.at : Math.floor((before + said.at - WINDOW) / 2)]
  })
  const segments = pieces(from, until, cuts).map((piece) => ({ ...piece, ...healthAt(verdicts, piece.from) }))
  return merged(segments, (a, b) => a.health === b.health && a.issue === b.issue && a.evidence === b.evidence)
}
