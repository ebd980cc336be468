import type { Charge } from './charge.ts'
import { hoursOf, spread, sum } from './exact.ts'
import type { Verdict } from './health.ts'
import { type Group, textOrder, weaker } from './overlay.ts'
import type { PlanDay } from './plan.ts'
import type { Evidence, PowerSegment } from './power.ts'
import { given } from './rows.ts'

export interface LedgerRow extends Verdict {
  machineId: string | null
  subscriptionId: string | null
  day: string
  power: PowerSegment['power']
  plan: PlanDay['plan']
  evidence: Evidence
  bucket: string
  chargedPlan: 'p1' | 'p2' | null
  allocated: boolean
  /** NULL without a charge. */
  isFree: boolean | null
  seconds: number
  expectedHours: bigint
  hours: bigint | null
  billedCost: bigint | null
  effectiveCost: bigint | null
  currency: string | null
}

/** Charges of one plan, currency, subscription and kind of meter, added up, before they are spread. */
export interface Share {
  chargedPlan: 'p1' | 'p2' | null
  currency: string | null
  subscriptionId: string | null
  isFree: boolean
  allocated: boolean
  hours: bigint | null
  billedCost: bigint | null
  effectiveCost: bigint | null
}

/** A machine on a day of its life, or on a day with a charge of its own. */
export interface MachineDay {
  machineId: string
  subscriptionId: string | null
  day: string
  plan: PlanDay
  groups: Group[]
}

const isBillable = (group: Group) => group.power === 'running' || group.power === 'stopped'

/** Adds charges up by what tells them apart in the ledger. */
export function sharesOf(charges: readonly Charge[], allocated: boolean): Share[] {
  const key = (c: Charge) => [c.plan, c.currency, c.meter !== 'standard', c.subscriptionId].join(' ')
  return [...new Set(charges.map(key))].map((wanted) => {
    const same = charges.filter((charge) => key(charge) === wanted)
    const one = given(same[0])
    return {
      chargedPlan: one.plan,
      currency: one.currency,
      subscriptionId: one.subscriptionId,
      isFree: one.meter !== 'standard',
      allocated,
      hours: sum(same.map((charge) => charge.hours)),
      billedCost: sum(same.map((charge) => charge.billedCost)),
      effectiveCost: sum(same.map((charge) => charge.effectiveCost)),
    }
  })
}

function order(a: Share, b: Share): number {
  if (a.hours !== b.hours) {
    if (a.hours === null || b.hours === null) return a.hours === null ? 1 : -1
    return a.hours > b.hours ? -1 : 1
  }
  const texts = (s: Share) => [s.chargedPlan, s.currency, String(s.isFree), String(s.allocated), s.subscriptionId]
  return textOrder(texts(a), texts(b))
}

/** Parts of a share in proportion to weights. */
export function spreadShare(share: Share, weights: readonly number[]): Share[] {
  const hours = spread(share.hours, weights)
  const billed = spread(share.billedCost, weights)
  const effective = spread(share.effectiveCost, weights)
  return weights.map((_, index) => ({
    ...share,
    hours: hours[index] ?? null,
    billedCost: billed[index] ?? null,
    effectiveCost: effective[index] ?? null,
  }))
}

function bucketOf(group: Group, isBilled: boolean, isTarget: boolean): string {
  if (group.power === 'unknown') return 'power_unknown'
  if (group.power === 'stopped') return isBilled ? 'paid_stopped' : 'stopped_unbilled'
  if (group.power === 'off') return isTarget ? 'billed_while_off' : 'off'
  const words = {
    healthy: ['protected', 'protected_unbilled'],
    unhealthy: ['paid_unprotected', 'exposed'],
    not_applicable: ['paid_not_applicable', 'out_of_scope'],
    unknown: ['paid_unverified', 'unverified_unbilled'],
  } as const
  return words[group.health][isBilled ? 0 : 1]
}

const STANDS_ALONE: Group = { power: 'off', health: 'unknown', issue: null, evidence: 'none', seconds: 0 }

/** The groups that charges of a machine-day are spread over. */
function targetsOf(groups: readonly Group[]): Group[] {
  const billable = groups.filter(isBillable)
  if (billable.length > 0) return billable
  const unknown = groups.filter((group) => group.power === 'unknown')
  if (unknown.length > 0) return unknown
  return groups.length > 0 ? [...groups] : [STANDS_ALONE]
}

/** The ledger rows of a machine-day: its time, with the shares of charges laid on it. */
export function rowsOfMachineDay(day: MachineDay, shares: readonly Share[]): LedgerRow[] {
  const targets = shares.length > 0 ? targetsOf(day.groups) : []
  const ordered = [...shares].sort(order)
  const weights = targets.map((group) => (group === STANDS_ALONE ? 1 : group.seconds))
  const parts = ordered.map((share) => spreadShare(share, weights))
  const all = day.groups.length > 0 ? day.groups : targets
  const rows = all.flatMap((group): LedgerRow[] => {
    const index = targets.indexOf(group)
    const base = {
      machineId: day.machineId,
      day: day.day,
      power: group.power,
      plan: day.plan.plan,
      health: group.health,
      issue: group.issue,
      bucket: bucketOf(group, shares.length > 0, index >= 0),
    }
    const time = { seconds: group.seconds, expectedHours: isBillable(group) ? hoursOf(group.seconds) : 0n }
    if (index < 0) {
      return [{ ...base, ...NO_CHARGE, ...time, subscriptionId: day.subscriptionId, evidence: group.evidence }]
    }
    return parts.map((part, rank) => ({
      ...base,
      ...given(part[index]),
      ...(rank === 0 ? time : { seconds: 0, expectedHours: 0n }),
      evidence: given(part[index]).allocated ? weaker(group.evidence, 'inferred') : group.evidence,
    }))
  })
  return joined(rows)
}

const NO_CHARGE = {
  chargedPlan: null,
  allocated: false,
  isFree: null,
  hours: null,
  billedCost: null,
  effectiveCost: null,
  currency: null,
}

/** Rows of one key are one row: capped evidence can make two groups alike. */
export function joined(rows: readonly LedgerRow[]): LedgerRow[] {
  const key = (r: LedgerRow) =>
    [
      r.day,
      r.power,
      r.health,
      r.issue,
      r.evidence,
      r.bucket,
      r.chargedPlan,
      r.currency,
      r.isFree,
      r.allocated,
      r.subscriptionId,
    ].join(' ')
  return [...new Set(rows.map(key))].map((wanted) => {
    const same = rows.filter((row) => key(row) === wanted)
    const seconds = same.reduce((total, row) => total + row.seconds, 0)
    const one = given(same[0])
    return {
      ...one,
      seconds,
      expectedHours: one.power === 'running' || one.power === 'stopped' ? hoursOf(seconds) : 0n,
      hours: sum(same.map((row) => row.hours)),
      billedCost: sum(same.map((row) => row.billedCost)),
      effectiveCost: sum(same.map((row) => row.effectiveCost)),
    }
  })
}

/** The row of a charge whose machine or subscription no source knows. */
export function unattributed(share: Share, day: string): LedgerRow {
  return {
    ...share,
    machineId: null,
    day,
    power: 'unknown',
    plan: 'unknown',
    health: 'unknown',
    issue: null,
    evidence: 'none',
    bucket: 'unattributed',
    seconds: 0,
    expectedHours: 0n,
  }
}

/** The machine-days that carry a subscription's charges of a day. */
export function carriersOf(days: readonly MachineDay[], charged: ReadonlySet<string>): MachineDay[] {
  const expected = days.filter((day) => day.groups.some(isBillable))
  const uncharged = expected.filter(
    (day) => !charged.has(day.machineId) && !(day.plan.source === 'resource' && day.plan.plan === 'none'),
  )
  return uncharged.length > 0 ? uncharged : expected
}

export function billableOf(day: MachineDay): number {
  return day.groups.filter(isBillable).reduce((total, group) => total + group.seconds, 0)
}
