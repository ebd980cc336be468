import type { Inline, Span, Value } from '../src/report/document.ts'
import { formatValue } from '../src/report/format.ts'
import { plainText } from '../src/report/inline.ts'
import type { CurrencyCode, DayText, DecimalText } from '../src/types.ts'

/** Money; NULL is printed as "cannot be computed" with the reason. */
export function money(amount: DecimalText | null, currency: CurrencyCode | null, reason = 'not known'): Value {
  return amount === null || currency === null ? unknown(reason) : { kind: 'money', amount, currency }
}

/** A price or a cost an hour: as many digits as small prices need. */
export function unitPrice(amount: DecimalText | null, currency: CurrencyCode | null, reason = 'not known'): Value {
  return amount === null || currency === null ? unknown(reason) : { kind: 'money', amount, currency, digits: 5 }
}

export function percent(value: DecimalText | null, reason = 'not known', digits = 1): Value {
  return value === null ? unknown(reason) : { kind: 'percent', value, digits }
}

export function hours(value: DecimalText | null, digits = 0, reason = 'not known'): Value {
  return value === null ? unknown(reason) : { kind: 'number', value, unit: 'h', digits }
}

/** A bare count, for the cell of a table whose column names the unit. */
export function count(value: number): Value {
  return { kind: 'number', value: String(value), unit: '', digits: 0 }
}

const IRREGULAR: Readonly<Record<string, string>> = {
  directory: 'directories',
  currency: 'currencies',
  'more currency': 'more currencies',
  is: 'are',
  has: 'have',
  was: 'were',
  runs: 'run',
}

/** `machine` for one, `machines` for any other number. */
export function plural(value: number, word: string): string {
  return value === 1 ? word : (IRREGULAR[word] ?? `${word}s`)
}

/** A count with its unit: `1 machine`, `12 machines`. */
export function counted(value: number, word: string): Value {
  return { kind: 'number', value: String(value), unit: plural(value, word), digits: 0 }
}

export function number(value: DecimalText, unit: string, digits = 0): Value {
  return { kind: 'number', value, unit, digits }
}

export function day(value: DayText | null, reason = 'not known'): Value {
  return value === null ? unknown(reason) : { kind: 'day', day: value }
}

export function text(value: string | null): Value {
  return { kind: 'text', text: value ?? '–' }
}

export function unknown(reason: string): Value {
  return { kind: 'unknown', reason }
}

export function isZero(value: DecimalText): boolean {
  return /^-?0*(\.0*)?$/.test(value)
}

export function isNegative(value: DecimalText): boolean {
  return value.startsWith('-') && !isZero(value)
}

export function isPositive(value: DecimalText): boolean {
  return !value.startsWith('-') && !isZero(value)
}

/** Whether a value prints as nothing but zeros, such as a residual of rounding. */
export function printsAsZero(value: Value): boolean {
  return !/[1-9]/.test(formatValue(value)) && /0/.test(formatValue(value))
}

/** The same number without its sign, for sentences that say the direction in a word. */
export function unsigned(value: DecimalText): DecimalText {
  return value.replace(/^-/, '')
}

/** A number for drawing only; nothing is computed with it. */
export function drawn(value: DecimalText | null): number | null {
  return value === null ? null : Number(value)
}

/** Text of spans, for titles and alternative texts: values are printed as everywhere else. */
export function sentence(...spans: Inline): string {
  return plainText(spans)
}

/** Items between commas and an "and". */
export function listed(items: readonly Inline[]): Inline {
  return items.flatMap((item, index): Span[] => {
    if (index === 0) return [...item]
    return [index === items.length - 1 ? ' and ' : ', ', ...item]
  })
}
