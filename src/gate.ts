import type { Engine } from './engine/engine.ts'
import { modelText } from './engine/model.ts'
import type { CurrencyCode, DecimalText } from './types.ts'

/** What a gate can measure, and how its number is read. The numbers come from `gate.sql`. */
export const METRICS = {
  coverage: { unit: 'percent', words: 'time coverage, in percent' },
  machine_coverage: { unit: 'percent', words: 'machines healthy at the end of the period, in percent' },
  paid_coverage: { unit: 'percent', words: 'share of the cost that bought protection, in percent, per currency' },
  residual: {
    unit: 'money',
    words: 'cost that is not explained: an amount per currency, or with % a share of the cost',
  },
  waste: { unit: 'money', words: 'cost without protection: an amount per currency, or with % a share of the cost' },
  exposed_hours: { unit: 'hours', words: 'running hours without protection and without a charge' },
  errors: { unit: 'count', words: 'findings of severity error' },
  grade: { unit: 'grade', words: 'data grade, A (best) to D' },
} as const
export type Metric = keyof typeof METRICS

/** One condition that makes a run fail, such as `coverage<95`. */
export interface Gate {
  text: string
  metric: Metric
  operator: '<' | '<=' | '>' | '>='
  /** A decimal, or a grade. */
  threshold: DecimalText
  /** The threshold is a share of the cost. */
  isShare: boolean
}

/** What came of a gate; one per currency where the metric has one. */
export interface GateResult {
  gate: string
  currency: CurrencyCode | null
  /** NULL: it cannot be computed, which fails the gate. */
  value: DecimalText | null
  unit: string
  failed: boolean
  /** Why it has no value. */
  reason: string | null
}

export const GATE_GRAMMAR = `one of ${Object.keys(METRICS).join(', ')}, then <, <=, > or >=, then a number or a grade, such as coverage<95, residual>1% or grade<B`

/** Reads one gate; undefined when it is none. */
export function parseGate(text: string): Gate | undefined {
  const parts = /^\s*([a-z_]+)\s*(<=|>=|<|>)\s*(?:(\d+(?:\.\d+)?)\s*(%?)|([A-Da-d]))\s*$/.exec(text)
  if (parts === null || !(String(parts[1]) in METRICS)) return undefined
  const metric = parts[1] as Metric
  const { unit } = METRICS[metric]
  const grade = parts[5]
  if ((unit === 'grade') !== (grade !== undefined)) return undefined
  if (parts[4] === '%' && unit !== 'percent' && unit !== 'money') return undefined
  return {
    text: text.replaceAll(/\s/g, ''),
    metric,
    operator: parts[2] as Gate['operator'],
    threshold: grade?.toUpperCase() ?? String(parts[3]),
    isShare: parts[4] === '%' && unit === 'money',
  }
}

export function isGate(text: string): boolean {
  return parseGate(text) !== undefined
}

/** Holds the ledger against the gates. A number that cannot be computed fails its gate: ignorance is no pass. */
export async function judgeGates(engine: Engine, gates: readonly Gate[]): Promise<GateResult[]> {
  const measured = await engine.rows(`${modelText('src/gate.sql')} order by metric, billing_currency nulls first`)
  return gates.flatMap((gate): GateResult[] => {
    const rows = measured.filter((row) => row.metric === gate.metric)
    if (rows.length === 0) {
      return [{ gate: gate.text, currency: null, value: null, unit: '', failed: true, reason: 'no cost is known' }]
    }
    return rows.map((row) => {
      const value = row[gate.isShare ? 'share' : 'value'] as string | null
      return {
        gate: gate.text,
        currency: row.billing_currency as string | null,
        value,
        unit: gate.isShare ? 'percent' : METRICS[gate.metric].unit,
        failed: value === null || holds(gate, value),
        reason: value === null ? String(row.reason ?? 'it cannot be computed') : null,
      }
    })
  })
}

function holds(gate: Gate, value: string): boolean {
  // A grade is worse the later its letter: grade<B is true of C.
  const order =
    METRICS[gate.metric].unit === 'grade'
      ? gate.threshold.localeCompare(value, 'en')
      : compareDecimals(value, gate.threshold)
  switch (gate.operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; exact. */
export function compareDecimals(a: DecimalText, b: DecimalText): number {
  const difference = units(a) - units(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function units(value: DecimalText): bigint {
  const [whole = '0', fraction = ''] = value.replace('-', '').split('.')
  const magnitude = BigInt(whole + fraction.padEnd(24, '0').slice(0, 24))
  return value.startsWith('-') ? -magnitude : magnitude
}
