import { arranged, translated, translatedMessage } from '../src/language.ts'
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
  return value === null ? unknown(reason) : { kind: 'number', value, unit: translated('h'), digits }
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
  keeps: 'keep',
  does: 'do',
  speaks: 'speak',
  it: 'them',
  'sends its': 'send their',
}

/** `machine` for one, `machines` for any other number. */
export function plural(value: number, word: string): string {
  return value === 1 ? word : (IRREGULAR[word] ?? `${word}s`)
}

/** A count with its unit: `1 machine`, `12 machines`. */
export function counted(value: number, word: string): Value {
  return { kind: 'number', value: String(value), unit: translated(plural(value, word)), digits: 0 }
}

export function number(value: DecimalText, unit: string, digits = 0): Value {
  return { kind: 'number', value, unit: translated(unit), digits }
}

export function day(value: DayText | null, reason = 'not known'): Value {
  return value === null ? unknown(reason) : { kind: 'day', day: value }
}

export function text(value: string | null): Value {
  return { kind: 'text', text: value ?? '–' }
}

/** The reason may be a sentence that SQL made. */
export function unknown(reason: string): Value {
  return { kind: 'unknown', reason: translatedMessage(reason) }
}

/** Words that SQL made, not a name: a message, a cause, what is known. */
export function message(words: string | null): Value {
  return text(words === null ? null : translatedMessage(words))
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

/** What may stand in a sentence: text, a bare number, a value, or several of them. */
export type Part = Span | Inline | number

/**
 * A sentence with values in it, in the language that holds: `` say`At ${price} a month` ``. The English in place is the
 * key of its translation, which may order the values otherwise.
 */
export function say(strings: TemplateStringsArray, ...parts: readonly Part[]): Inline {
  return arranged(strings).flatMap((piece): Inline => {
    if (typeof piece === 'string') return piece === '' ? [] : [piece]
    const part = parts[piece] ?? ''
    if (typeof part === 'number') return [String(part)]
    return isInline(part) ? part : [part]
  })
}

/** The same as text, for titles, cells and alternative texts: values are printed as everywhere else. */
export function sentence(strings: TemplateStringsArray, ...parts: readonly Part[]): string {
  return plainText(say(strings, ...parts))
}

function isInline(part: Part): part is Inline {
  return Array.isArray(part)
}

/** Items between commas and an "and". */
export function listed(items: readonly Inline[]): Inline {
  const [first = [], ...others] = items
  return others.reduce<Inline>(
    (list, item, index) => (index === others.length - 1 ? say`${list} and ${item}` : say`${list}, ${item}`),
    first,
  )
}
