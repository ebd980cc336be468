import type { CurrencyCode, DecimalText } from '../types.ts'
import type { Value } from './document.ts'
import { printable } from './text.ts'

/** What stands where a figure cannot be computed. */
export const UNKNOWN = 'cannot be computed'

const NO_BREAK_SPACE = '\u00a0'
const MINUS = '\u2212'

/**
 * The text of a value, the same in every format: `USD 1,234.56`, `1,234.5 h`, `12.5 %`, `3 Oct 2026`. Currency codes
 * stand in front, because `$` is many currencies; number and unit do not part at the end of a line.
 */
export function formatValue(value: Value): string {
  switch (value.kind) {
    case 'money':
      return `${printable(value.currency)}${NO_BREAK_SPACE}${formatDecimal(value.amount, value.digits ?? minorDigits(value.currency))}`
    case 'number': {
      const number = formatDecimal(value.value, value.digits ?? Math.min(2, ownDigits(value.value)))
      return value.unit === '' ? number : `${number}${NO_BREAK_SPACE}${printable(value.unit)}`
    }
    case 'percent':
      return `${formatDecimal(value.value, value.digits ?? 1)}${NO_BREAK_SPACE}%`
    case 'day':
      return formatDay(value.day)
    case 'moment':
      return `${new Date(value.at * 1000).toISOString().slice(0, 16).replace('T', NO_BREAK_SPACE)}${NO_BREAK_SPACE}UTC`
    case 'text':
      return printable(value.text)
    case 'unknown':
      return UNKNOWN
  }
}

/** Exact decimal text with thousands separators and so many fraction digits, rounded half away from zero. */
export function formatDecimal(text: DecimalText, digits: number): string {
  const rounded = roundDecimal(text, digits)
  const isNegative = rounded.startsWith('-')
  const [whole = '0', fraction] = rounded.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${isNegative ? MINUS : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/**
 * Decimal text rounded half away from zero to so many fraction digits (filled up with zeros), without a binary float on
 * the way. Zero has no sign. Throws on text that is no plain decimal: that is a bug of the caller.
 */
export function roundDecimal(text: DecimalText, digits: number): DecimalText {
  const parts = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (parts === null) throw new Error(`not a decimal number: ${JSON.stringify(text)}`)
  const [, sign, whole = '', fraction = ''] = parts
  const isUp = (fraction[digits] ?? '0') >= '5'
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0')) + (isUp ? 1n : 0n)
  const figures = kept.toString().padStart(digits + 1, '0')
  const point = figures.length - digits
  const magnitude = digits === 0 ? figures : `${figures.slice(0, point)}.${figures.slice(point)}`
  return sign === '-' && kept !== 0n ? `-${magnitude}` : magnitude
}

/** Fraction digits that a value has without trailing zeros. */
function ownDigits(text: DecimalText): number {
  return (/\.(\d*?)0*$/.exec(text)?.[1] ?? '').length
}

/** Fraction digits of a currency after ISO 4217; 2 for a code that is none. */
export function minorDigits(currency: CurrencyCode): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function formatDay(day: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  const month = MONTHS[Number(parts?.[2]) - 1]
  if (parts === null || month === undefined) throw new Error(`not a day: ${JSON.stringify(day)}`)
  return [Number(parts[3]), month, parts[1]].join(NO_BREAK_SPACE)
}

/** The exact decimal text behind a value, for sorting, bars and cells of workbooks; undefined when it is no number. */
export function decimalOf(value: Value): DecimalText | undefined {
  if (value.kind === 'money') return value.amount
  return value.kind === 'number' || value.kind === 'percent' ? value.value : undefined
}
