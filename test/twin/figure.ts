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
const RANK = ['observed', 'inferred', 'assumed', 'none']

/** Seconds that count in hours and coverage: none of weaker evidence than was asked for. */
function countedSeconds(estate: Estate, row: LedgerRow): number {
  return RANK.indexOf(row.evidence) <= RANK.indexOf(estate.minimumEvidence ?? 'none') ? row.seconds : 0
}

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
  const rows = twin.ledger.filter((r) => r.machineId !== null && r.currency === currency && r.isFree === false)
  const costs = [...new Set(rows.map((row) => row.machineId))].map((machineId) => {
    const own = rows.filter((row) => row.machineId === machineId)
    const hours = (plan: string | null): bigint | null =>
      sum(own.filter((row) => row.chargedPlan === plan).map((row) => row.hours))
    const order = (a: string | null, b: string | null): number => {
      const [inA, inB] = [hours(a), hours(b)]
      if (inA === inB) return (a ?? '') < (b ?? '') ? 1 : -1
      return inB === null || (inA !== null && inA > inB) ? -1 : 1
    }
    const plan = [...new Set(own.map((row) => row.chargedPlan))].sort(order)[0] ?? null
    return plan === null ? null : hourlyCost(twin, plan, currency)
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

function controlTotal(estate: Estate, currency: string): bigint | null {
  return sum((estate.controlTotals ?? []).filter((one) => one.currency === currency).map((one) => units(one.amount)))
}

/** A currency that only a control total names: all of it is unexplained. */
function unexplained(estate: Estate, currency: string): Figure[] {
  const control = controlTotal(estate, currency)
  return Object.entries({ control_total: control, explained_cost: 0n, residual: control }).map(([figure, value]) => ({
    figure,
    currency,
    value,
  }))
}

function moneyFigures(twin: Twin, currency: string): Figure[] {
  const rows = twin.ledger.filter((row) => row.currency === currency)
  const cost = (chosen: readonly LedgerRow[]) => sum(chosen.map(costOf))
  const inBucket = (bucket: string) => cost(rows.filter((row) => row.bucket === bucket)) ?? 0n
  const total = cost(rows)
  const protectedRows = rows.filter((row) => row.bucket === 'protected')
  const seconds = protectedRows.reduce((a, row) => a + countedSeconds(twin.estate, row), 0)
  const control = controlTotal(twin.estate, currency)
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
    control_total: control,
    explained_cost: (total ?? 0n) - inBucket('unattributed'),
    residual: (control ?? total ?? 0n) - (total ?? 0n) + inBucket('unattributed'),
  }
  return Object.entries(figures).map(([figure, value]) => ({ figure, currency, value }))
}

function hourFigures(twin: Twin): Record<string, bigint | null> {
  const hours = (holds: (row: LedgerRow) => boolean) =>
    hoursOf(twin.ledger.filter(holds).reduce((total, row) => total + countedSeconds(twin.estate, row), 0))
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
        hoursOf(
          twin.ledger
            .filter((row) => row.power === 'running' && row.evidence === level)
            .reduce((total, row) => total + row.seconds, 0),
        ),
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
  const named = [...new Set((estate.controlTotals ?? []).map((one) => one.currency))]
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
    ...named.filter((currency) => !currencies.includes(currency)).flatMap((currency) => unexplained(estate, currency)),
    ...Object.entries(single).map(([figure, value]) => ({ figure, currency: null, value })),
  ]
}

/** The grade of each criterion: A from 95 %, B from 80 %, C from 50 %; D below, and where nothing can be measured. */
export function gradesOf(figures: readonly Figure[]): [criterion: string, grade: string][] {
  const value = (figure: string) => figures.find((one) => one.figure === figure)?.value ?? 0n
  const of = (part: bigint, whole: bigint) => ratio(part, whole)
  const currencies = [...new Set(figures.flatMap((one) => one.currency ?? []))]
  const explained = currencies.flatMap((currency) => {
    const own = (figure: string) => figures.find((one) => one.figure === figure && one.currency === currency)?.value
    const [total, residual] = [own('total_cost') ?? null, own('residual') ?? 0n]
    const left = residual < 0n ? -residual : residual
    const share = total === null ? null : ratio(total - left, total)
    return share ?? (residual === 0n ? units('1') : 0n)
  })
  const days = ['matched', 'under', 'over', 'phantom'].map((status) => value(`machine_days_${status}`))
  const parts: [string, bigint | null][] = [
    ['bill explained', explained.length === 0 ? null : (explained.sort((a, b) => (a < b ? -1 : 1))[0] ?? null)],
    ['health known', of(value('judged_running_hours'), value('applicable_running_hours'))],
    ['evidence', of(value('running_hours_observed') + value('running_hours_inferred'), value('running_hours'))],
    [
      'bill matches uptime',
      of(
        value('machine_days_matched'),
        days.reduce((a, b) => a + b, 0n),
      ),
    ],
  ]
  return parts.map(([criterion, part]) => {
    if (part === null) return [criterion, 'D']
    const from = (least: string) => part >= units(least)
    return [criterion, from('0.95') ? 'A' : from('0.8') ? 'B' : from('0.5') ? 'C' : 'D']
  })
}
