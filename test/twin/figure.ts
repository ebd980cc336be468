import { hoursOf, ratio, sum, units } from './exact.ts'
import type { LedgerRow } from './ledger.ts'
import type { Machine } from './machine.ts'
import { dayStart, type Estate } from './rows.ts'
import type { MachineDayTotal, Twin } from './twin.ts'

/** One figure by name; money and hours per currency, the rest without one. NULL: it cannot be computed. */
export interface Figure {
  figure: string
  currency: string | null
  value: bigint | null
}

const costOf = (row: LedgerRow): bigint | null => row.billedCost ?? row.effectiveCost
const ONE_HOUR = units('1')
const percent = (share: bigint | null): bigint | null => (share === null ? null : share * 100n)

/** What became of the bill of a machine-day, give or take an hour. */
export function statusOf(day: MachineDayTotal): { status: string; variance: bigint | null } {
  const { billedHours, expectedHours } = day
  const clock = units(String(day.clockHours))
  const isExpected = day.running + day.stopped > 0
  const status = (): string => {
    if (day.allocated) return 'allocated'
    if (day.unknown > 0 && !isExpected) return 'unknown'
    if (billedHours === null) return isExpected ? 'unbilled' : 'not_expected'
    if (!isExpected && billedHours > ONE_HOUR) return 'phantom'
    if (billedHours - clock > ONE_HOUR) return 'over'
    return expectedHours - billedHours > ONE_HOUR ? 'under' : 'matched'
  }
  const variance = (): bigint | null => {
    if (billedHours === null) return null
    if (billedHours > clock) return billedHours - clock
    return billedHours < expectedHours ? billedHours - expectedHours : 0n
  }
  return { status: status(), variance: variance() }
}

/** What an hour of a plan cost, on its standard meter, usage only; NULL without such hours. */
function hourlyCost(twin: Twin, plan: string, currency: string): bigint | null {
  const own = twin.charges.filter(
    (c) =>
      c.plan === plan &&
      c.currency === currency &&
      c.meter === 'standard' &&
      c.hours !== null &&
      c.category === 'usage',
  )
  const hours = sum(own.map((c) => c.hours)) ?? 0n
  return hours > 0n ? ratio(sum(own.map((c) => c.billedCost ?? c.effectiveCost)), hours) : null
}

/** 730 hours of the plan that each billed machine had most hours of; NULL when one of them has no known price. */
function flatMonth(twin: Twin, currency: string): bigint | null {
  const rows = twin.ledger.filter(
    (r) => r.machineId !== null && r.currency === currency && r.chargedPlan !== null && r.isFree === false,
  )
  const costs = [...new Set(rows.map((row) => row.machineId))].map((machineId) => {
    const hours = (plan: string) =>
      sum(rows.filter((r) => r.machineId === machineId && r.chargedPlan === plan).map((r) => r.hours))
    const has = (plan: string) => rows.some((r) => r.machineId === machineId && r.chargedPlan === plan)
    const [p1, p2] = [hours('p1'), hours('p2')]
    const isP2 = !has('p1') || (has('p2') && (p1 === null || (p2 !== null && p2 >= p1)))
    return hourlyCost(twin, isP2 ? 'p2' : 'p1', currency)
  })
  if (costs.length === 0 || costs.includes(null)) return null
  return (sum(costs) ?? 0n) * 730n
}

const BUCKET_FIGURES: Record<string, string> = {
  cost_protected: 'protected',
  cost_unprotected: 'paid_unprotected',
  cost_not_applicable: 'paid_not_applicable',
  cost_unverified: 'paid_unverified',
  cost_stopped: 'paid_stopped',
  cost_while_off: 'billed_while_off',
  cost_power_unknown: 'power_unknown',
  cost_unattributed: 'unattributed',
}

function moneyFigures(twin: Twin, currency: string): Figure[] {
  const rows = twin.ledger.filter((row) => row.currency === currency)
  const cost = (chosen: readonly LedgerRow[]) => sum(chosen.map(costOf))
  const inBucket = (bucket: string) => cost(rows.filter((row) => row.bucket === bucket)) ?? 0n
  const total = cost(rows)
  const seconds = rows.filter((row) => row.bucket === 'protected').reduce((a, row) => a + row.seconds, 0)
  const flat = flatMonth(twin, currency)
  const figures: Record<string, bigint | null> = {
    total_cost: total,
    ...Object.fromEntries(Object.entries(BUCKET_FIGURES).map(([figure, bucket]) => [figure, inBucket(bucket)])),
    allocated_cost: cost(rows.filter((row) => row.allocated)) ?? 0n,
    billed_hours_in_currency: sum(rows.map((row) => row.hours)),
    paid_coverage: percent(ratio(inBucket('protected'), total)),
    cost_per_protected_hour: ratio(total, hoursOf(seconds)),
    flat_month_cost: flat,
    hourly_saving: flat === null || total === null ? null : flat - total,
    control_total: null,
    explained_cost: (total ?? 0n) - inBucket('unattributed'),
    residual: inBucket('unattributed'),
  }
  return Object.entries(figures).map(([figure, value]) => ({ figure, currency, value }))
}

function hourFigures(twin: Twin): Record<string, bigint | null> {
  const hours = (holds: (row: LedgerRow) => boolean) =>
    hoursOf(twin.ledger.filter(holds).reduce((total, row) => total + row.seconds, 0))
  const running = (holds: (row: LedgerRow) => boolean) => hours((row) => row.power === 'running' && holds(row))
  const healthy = running((row) => row.health === 'healthy')
  const applicable = running((row) => row.health !== 'not_applicable')
  const judged = running((row) => row.health === 'healthy' || row.health === 'unhealthy')
  return {
    protected_hours: hours((row) => row.bucket === 'protected'),
    billed_hours: sum(twin.charges.map((charge) => charge.hours)) ?? 0n,
    running_hours: running(() => true),
    stopped_hours: hours((row) => row.power === 'stopped'),
    exposed_hours: hours((row) => row.bucket === 'exposed'),
    expected_hours: hours((row) => row.power === 'running' || row.power === 'stopped'),
    healthy_running_hours: healthy,
    applicable_running_hours: applicable,
    judged_running_hours: judged,
    ...Object.fromEntries(
      ['observed', 'inferred', 'assumed', 'none'].map((level) => [
        `running_hours_${level}`,
        running((row) => row.evidence === level),
      ]),
    ),
    time_coverage: judged > 0n ? percent(ratio(healthy, applicable)) : null,
  }
}

function machineFigures(estate: Estate, twin: Twin, hasVerdict: boolean): Record<string, bigint | null> {
  const end = dayStart(estate.untilDay)
  const healthAtEnd = (machine: Machine) => twin.health.get(machine.machineId)?.at(-1)?.health ?? 'unknown'
  const applicable = twin.machines.filter((m) => m.life?.until === end && healthAtEnd(m) !== 'not_applicable')
  const billed = new Set(twin.ledger.filter((row) => row.chargedPlan !== null).map((row) => row.machineId))
  const counted: Record<string, Machine[]> = {
    applicable,
    inventory: applicable.filter((machine) => machine.records.length > 0),
    billed: applicable.filter((machine) => billed.has(machine.machineId)),
    endpoint: applicable.filter((machine) => machine.kind === 'direct' || machine.devices.length > 0),
    in_scope: applicable,
  }
  const count = (machines: readonly Machine[]) => units(String(machines.length))
  const healthy = (machines: readonly Machine[]) => machines.filter((machine) => healthAtEnd(machine) === 'healthy')
  return {
    ...Object.fromEntries(Object.entries(counted).map(([name, list]) => [`machines_${name}`, count(list)])),
    ...Object.fromEntries(Object.entries(counted).map(([name, list]) => [`healthy_${name}`, count(healthy(list))])),
    machine_coverage: hasVerdict ? percent(ratio(count(healthy(applicable)), count(applicable))) : null,
  }
}

/** The figures of `ledger.figure`, from the twin's ledger. */
export function figuresOf(estate: Estate, twin: Twin): Figure[] {
  const currencies = [...new Set(twin.ledger.flatMap((row) => row.currency ?? []))]
  const hours = hourFigures(twin)
  const days = twin.machineDays.map((day) => statusOf(day).status)
  const matching = ['matched', 'under', 'over', 'phantom', 'unbilled', 'allocated'].map((status) => [
    `machine_days_${status}`,
    units(String(days.filter((other) => other === status).length)),
  ])
  const single = {
    ...hours,
    ...machineFigures(estate, twin, (hours['judged_running_hours'] ?? 0n) > 0n),
    ...(Object.fromEntries(matching) as Record<string, bigint>),
  }
  return [
    ...currencies.flatMap((currency) => moneyFigures(twin, currency)),
    ...Object.entries(single).map(([figure, value]) => ({ figure, currency: null, value })),
  ]
}
