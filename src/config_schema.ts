import { z } from 'zod'
import { licence, offers, pin, refuseUnknownOffers } from './config_licensing.ts'
import {
  currency,
  day,
  decimal,
  language,
  month,
  percentage,
  price,
  subscriptionId,
  text,
  wholeNumber,
} from './config_value.ts'
import { GATE_GRAMMAR, isGate } from './gate.ts'

/** Reports that can be asked for, in the order they are written. */
export const REPORT_IDS = ['monthly-review', 'true-up', 'executive-summary'] as const
export type ReportId = (typeof REPORT_IDS)[number]

/** Kinds of files that can be asked for; `manifest.json` is always written. */
export const FORMATS = ['html', 'pdf', 'xlsx', 'csv', 'parquet', 'json'] as const
export type Format = (typeof FORMATS)[number]

export const EVIDENCE_LEVELS = ['observed', 'inferred', 'assumed', 'none'] as const
export const GRADES = ['A', 'B', 'C', 'D'] as const
export const OUTPUT_FORMS = ['table', 'json', 'tsv'] as const
export const PAGE_SIZES = ['A4', 'Letter'] as const

/** Places in which Defender for Endpoint keeps data (Microsoft Learn, data storage and privacy, 2024-08-20). */
export const ENDPOINT_REGIONS = ['EU', 'UK', 'US', 'AU', 'CH', 'IN'] as const

/** Kinds of action that a waiver may name: those of `src/actions/kinds.ts`. */
export const ACTIONS_TO_WAIVE = [
  'find_machine',
  'query_charge',
  'deallocate',
  'verify_power',
  'remove_duplicate',
  'exclude_unsupported',
  'use_user_licence',
  'decide_sensor',
  'switch_on_deployment',
  'install_sensor',
  'revive_sensor',
  'decide_exclusion',
  'verify_health',
  'direct_on_plan_1',
  'claim_benefit',
  'use_plan_1',
  'pre_purchase',
  'switch_on_plan',
  'return_licences',
] as const

const gate = z
  .string({ error: 'expected a condition such as coverage<95' })
  .refine(isGate, { error: 'expected a condition such as coverage<95, residual>1% or grade<B' })
  .describe(GATE_GRAMMAR)

const exchangeRate = z.strictObject({
  from: currency,
  to: currency,
  rate: price.describe('Units of `to` for one unit of `from`.'),
  day: day.describe('The day the rate was taken.'),
  source: text.describe('Who published it.'),
})

/** An action that is put off, by whom, why and until when. `action` is a kind of `src/actions/kinds.ts`. */
const waiver = z.strictObject({
  action: z.enum(ACTIONS_TO_WAIVE).optional().describe('Kind of action, as in actions.csv. Absent: every kind.'),
  scope: z
    .string({ error: 'expected the ARM id of a subscription, resource group or resource' })
    .regex(/^\/subscriptions\/[^/]+(\/.+)?$/i, {
      error: 'expected an ARM id such as /subscriptions/<id>/resourceGroups/<name>',
    })
    .describe('ARM id of a subscription, a resource group or a resource; holds for all beneath it.'),
  author: text.describe('Who decided it.'),
  reason: text,
  expires: day.describe('Last day, UTC, on which it holds.'),
})

const limits = z.array(z.strictObject({ currency, amount: price }))

/** What an organisation wants to reach. None has a default. */
const targets = z.strictObject({
  time_coverage: percentage
    .optional()
    .describe('Least share of running hours with a healthy sensor, %: a line in the trend, a status on its tile.'),
  billed_cost: limits.optional().describe('The most that may be billed in a month, by currency.'),
  cost_per_protected_hour: limits.optional().describe('The most that a protected machine-hour may cost, by currency.'),
  without_protection: limits
    .optional()
    .describe('The most that may be paid without protection in a month, by currency.'),
})

/** `hourwise.yaml`. Unknown keys are errors: a misspelt key must not be a silent default. */
export const configSchema = z
  .strictObject({
    period: month
      .optional()
      .describe('Calendar month to report, in UTC. Default: the latest month that the cost data covers to its end.'),
    from: day.optional().describe('First day to report, in UTC, instead of `period`.'),
    to: day.optional().describe('Last day to report, in UTC; it counts.'),
    out: text.optional().describe('Folder that the results are written to. Default: out'),
    reports: z.array(z.enum(REPORT_IDS)).min(1).optional().describe('Default: all.'),
    formats: z.array(z.enum(FORMATS)).min(1).optional().describe('Default: all.'),
    subscriptions: z.array(subscriptionId).optional().describe('Only these subscriptions. Default: all.'),
    fail_on: z.array(gate).optional().describe('Conditions that end a run with exit code 3.'),
    minimum_evidence: z
      .enum(EVIDENCE_LEVELS)
      .optional()
      .describe('Time of weaker evidence does not count in hours and coverage. Default: none'),
    minimum_grade: z.enum(GRADES).optional().describe('A worse data grade ends a run with exit code 4.'),
    owner_tag: text
      .optional()
      .describe("Name of the tag that holds a machine's owner, compared without case. Default: owner"),
    short_lived_days: wholeNumber(1)
      .optional()
      .describe(
        'A machine removed within so many days of being made counts as short-lived in the licence requirement. Default: 7',
      ),
    history: text
      .optional()
      .describe('Folder of earlier results, at any depth, for trends and for what is new, fixed and still open.'),
    cache: z
      .union([z.literal(false), text], { error: 'expected a folder, or off' })
      .optional()
      .describe(
        'Folder in which what was read of large files is kept, so that a month is read once; `off` or false: nothing is kept. Default: hourwise in the folder for caches of the system.',
      ),
    lang: language.optional().describe('What the reports are written in: en, th. Default: en'),
    page_size: z.enum(PAGE_SIZES).optional().describe('Paper of the PDF reports. Default: A4'),
    output: z.enum(OUTPUT_FORMS).optional().describe('Form of what goes to the terminal. Default: table'),
    quiet: z.boolean().optional().describe('No progress and no notes.'),
    verbose: z.boolean().optional().describe('Every stage with its time, on stderr.'),
    color: z.boolean().optional().describe('Colour on a terminal. Default: true'),
    brand: z
      .strictObject({
        name: text.describe('Printed on the reports.'),
        logo: text.optional().describe('PNG or JPEG file, from the folder of this file; at most 300 KB.'),
        accent: z
          .string({ error: 'expected a colour such as "#15457f"' })
          .regex(/^#[0-9a-fA-F]{6}$/, { error: 'expected a colour such as "#15457f"' })
          .optional()
          .describe('Colour of the band on top; the text on it is black or white, whichever is read more easily.'),
      })
      .optional(),
    control_totals: z
      .array(z.strictObject({ currency, amount: decimal.describe('What the invoice says for Defender for Servers.') }))
      .optional(),
    offers: offers.optional().describe('Prices of your own, before the bundled list prices.'),
    licences: z
      .array(licence)
      .optional()
      .describe(
        'Terms of the licences you own: quantity, negotiated price and renewal date, which Graph does not know.',
      ),
    pins: z.array(pin).optional().describe('Machines that must stay on Plan 2, by tag.'),
    exchange_rates: z
      .array(exchangeRate)
      .optional()
      .describe('For comparisons that say so; amounts of two currencies are never added.'),
    endpoint_region: z
      .enum(ENDPOINT_REGIONS)
      .optional()
      .describe('Where the Defender for Endpoint of the tenant keeps its data. Default: not known'),
    targets: targets.optional().describe('Targets of the figures. Default: none; none is invented.'),
    waivers: z.array(waiver).optional().describe('Actions that are put off, with author, reason and last day.'),
  })
  .superRefine(({ licences, offers }, context) => refuseUnknownOffers(licences, offers, context))

export type ConfigFile = z.output<typeof configSchema>
export type ConfigKey = keyof ConfigFile
export type ExchangeRate = z.output<typeof exchangeRate>
export type WaiverSetting = z.output<typeof waiver>

/** The JSON Schema that ships as `src/config.schema.json`, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(configSchema, { io: 'input' }), title: 'hourwise.yaml' }
}
