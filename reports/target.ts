import type { Tile } from '../src/report/document.ts'
import type { CurrencyCode, DecimalText } from '../src/types.ts'
import type { ReportContext } from './context.ts'
import { money, percent, say, unitPrice } from './value.ts'

/** What an organisation set itself in `hourwise.yaml`. What is not set is absent: no target is invented. */
export interface Targets {
  /** Least time coverage, %. */
  timeCoverage?: DecimalText
  /** The most that may be billed in a calendar month. */
  billedCost: readonly Limit[]
  /** The most that an hour may cost. */
  costPerProtectedHour: readonly Limit[]
  /** The most that may be paid without protection in a calendar month. */
  withoutProtection: readonly Limit[]
}

interface Limit {
  currency: CurrencyCode
  amount: DecimalText
}

/** What a tile says of its target: what it is, and whether it is met; of a value that is not known, only what it is. */
export type TileTarget = Pick<Tile, 'target' | 'status'>

/** The target of time coverage; `not set` where there is none. */
export function coverageTarget(value: DecimalText | null, { targets }: ReportContext): TileTarget {
  const least = targets?.timeCoverage
  if (least === undefined) return { target: say`not set` }
  return { target: say`at least ${percent(least)}`, ...met(value, (known) => compareDecimals(known, least) >= 0) }
}

/** The target of an amount in its currency; nothing where there is none. */
export function moneyTarget(
  name: 'billedCost' | 'costPerProtectedHour' | 'withoutProtection',
  value: DecimalText | null,
  currency: CurrencyCode,
  { targets }: ReportContext,
): TileTarget {
  const most = targets?.[name].find((limit) => limit.currency === currency)?.amount
  if (most === undefined) return {}
  const shown = name === 'costPerProtectedHour' ? unitPrice(most, currency) : money(most, currency)
  return { target: say`at most ${shown}`, ...met(value, (known) => compareDecimals(known, most) <= 0) }
}

function met(value: DecimalText | null, isMet: (known: DecimalText) => boolean): Pick<Tile, 'status'> {
  return value === null ? {} : { status: isMet(value) ? 'good' : 'bad' }
}

/** Negative, zero or positive as one decimal is less than, equal to or more than another: exactly, by their digits. */
export function compareDecimals(a: DecimalText, b: DecimalText): number {
  const digits = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0))
  const whole = (text: DecimalText): bigint => {
    const [units = '0', fraction = ''] = text.split('.')
    return BigInt(units + fraction.padEnd(digits, '0'))
  }
  const [left, right] = [whole(a), whole(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
