import { z } from 'zod'
import { isDay } from './calendar.ts'
import { languageTags } from './language.ts'
import { suggestion } from './suggestion.ts'

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** A decimal is exact. In YAML it may stand without quotes: its text is taken, never a binary float. */
function decimalLike(pattern: RegExp, example: string) {
  const error = `expected ${example}`
  return z.union([z.string({ error }).regex(pattern, { error }), z.number({ error })], { error })
}

/** Decimal text of any sign. */
export const decimal = decimalLike(/^-?\d{1,13}(\.\d{1,24})?$/, 'a decimal number such as 10412.07')

/** Decimal text, not negative. */
export const price = decimalLike(/^\d{1,13}(\.\d{1,24})?$/, 'a decimal number that is not negative, such as 0.0067')

/** Decimal text from 0 to 100. */
export const percentage = decimalLike(
  /^(\d{1,2}(\.\d{1,12})?|100(\.0{1,12})?)$/,
  'a percentage from 0 to 100, such as 95',
).refine((value) => Number(value) >= 0 && Number(value) <= 100, {
  error: 'expected a percentage from 0 to 100, such as 95',
})

/** ISO 4217 code. */
export const currency = z
  .string({ error: 'expected an ISO 4217 currency code such as EUR' })
  .regex(/^[A-Z]{3}$/, { error: 'expected an ISO 4217 currency code such as EUR' })
  .refine((code) => !/^[A-Z]{3}$/.test(code) || currencies.has(code), {
    error: (issue) => `${String(issue.input)} is not a currency code of ISO 4217`,
  })

/** A UTC day. */
export const day = z
  .string({ error: 'expected a day such as 2026-10-31' })
  .refine(isDay, { error: 'expected a day such as 2026-10-31' })
  .meta({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** A calendar month. */
export const month = z
  .string({ error: 'expected a month such as 2026-10' })
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'expected a month such as 2026-10' })

/** A text that is not empty. */
export const text = z.string({ error: 'expected a text' }).min(1, { error: 'expected a text that is not empty' })

/** GUID of a subscription. */
export const subscriptionId = z
  .string({ error: 'expected a subscription id (GUID)' })
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, {
    error: 'expected a subscription id (GUID)',
  })

/** A whole number of at least so much. */
export const wholeNumber = (least: number) =>
  z.coerce
    .number({ error: 'expected a whole number' })
    .int({ error: 'expected a whole number' })
    .min(least, { error: `expected a whole number of at least ${least}` })

/** A language that has a file: which there are is not for the schema to say, so that a new one is one new file. */
export const language = z
  .string({ error: 'expected a language such as en' })
  .refine((tag) => languageTags().includes(tag), {
    error: (issue) => {
      const given = String(issue.input)
      const tags = languageTags()
      // The name of a language begins with its tag more often than a slip of the pen does.
      const meant = tags.find((tag) => given.toLowerCase().startsWith(tag))
      const hint = meant === undefined ? suggestion(given, tags) : suggestion(meant, [meant])
      return `${JSON.stringify(given)} is none of the languages ${tags.join(', ')}${hint}`
    },
  })
