import { currentLanguage, ENGLISH, phrase } from '../language.ts'
import type { CurrencyCode, DecimalText } from '../types.ts'
import type { Value } from './document.ts'
import { printable } from './text.ts'

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
      return formatPercent(formatDecimal(value.value, value.digits ?? 1))
    case 'day':
      return formatDay(value.day)
    case 'moment':
      return `${new Date(value.at * 1000).toISOString().slice(0, 16).replace('T', NO_BREAK_SPACE)}${NO_BREAK_SPACE}UTC`
    case 'text':
      return printable(value.text)
    case 'unknown':
      return phrase`cannot be computed`
  }
}

/** Exact decimal text with thousands separators and so many fraction digits, rounded half away from zero. */
export function formatDecimal(text: DecimalText, digits: number): string {
  const rounded = roundDecimal(text, digits)
  const isNegative = rounded.startsWith('-')
  const [whole = '0', fraction] = rounded.replace('-', '').split('.')
  const { group, decimal } = marks()
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  return `${isNegative ? MINUS : ''}${grouped}${fraction === undefined ? '' : `${decimal}${fraction}`}`
}

const marksOf = new Map<string, { group: string; decimal: string; percent: string }>()

/** How the language writes thousands, fractions and percent (what stands before the sign). */
function marks(): { group: string; decimal: string; percent: string } {
  const { locale } = currentLanguage()
  const known = marksOf.get(locale)
  if (known !== undefined) return known
  const parts = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1 }).formatToParts(12345)
  const markOf = (type: string): string => parts.find((part) => part.type === type)?.value ?? ''
  const isApart = parts.some((part) => part.type === 'literal')
  const made = {
    group: markOf('group'),
    decimal: markOf('decimal'),
    percent: isApart || locale === ENGLISH.locale ? NO_BREAK_SPACE : '',
  }
  marksOf.set(locale, made)
  return made
}

function formatPercent(number: string): string {
  return `${number}${marks().percent}%`
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
  if (currentLanguage() !== ENGLISH)
    return dateWords(day, { day: 'numeric', month: 'short', year: 'numeric' }).replaceAll(' ', NO_BREAK_SPACE)
  return [Number(parts[3]), month, parts[1]].join(NO_BREAK_SPACE)
}

const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** A UTC day in the words of the language, such as `ตุลาคม 2026` for a month and a year. */
export function dateWords(day: string, options: Intl.DateTimeFormatOptions): string {
  const { locale } = currentLanguage()
  const key = `${locale} ${JSON.stringify(options)}`
  const format = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  dateFormats.set(key, format)
  return format.format(new Date(`${day}T00:00:00Z`))
}

/** The exact decimal text behind a value, for sorting, bars and cells of workbooks; undefined when it is no number. */
export function decimalOf(value: Value): DecimalText | undefined {
  if (value.kind === 'money') return value.amount
  return value.kind === 'number' || value.kind === 'percent' ? value.value : undefined
}
