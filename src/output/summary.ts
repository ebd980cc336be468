import { z } from 'zod'
import type { Engine, Row } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import type { Finding, Period } from '../types.ts'

/** Version of `summary.json`, `manifest.json` and `findings.json`; the first number changes when a reader could break. */
export const SCHEMA_VERSION = '1.0'

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .describe('An exact decimal number as text.')
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('ISO 4217.')
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** `summary.json` */
export const summarySchema = z.strictObject({
  schema_version: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('hourwise'), version: z.string() }),
  period: z.strictObject({ from_day: day, until_day: day.describe('The day after the last.') }),
  data_grade: z.strictObject({
    grade: z.enum(['A', 'B', 'C', 'D']).describe('The worst of the criteria.'),
    criteria: z.array(
      z.strictObject({ criterion: z.string(), grade: z.enum(['A', 'B', 'C', 'D']), reason: z.string() }),
    ),
  }),
  figures: z.array(
    z.strictObject({
      figure: z.string(),
      value: decimal.nullable().describe('null: it cannot be computed, see reason.'),
      unit: z.string(),
      currency: currency.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  buckets: z.array(
    z.strictObject({
      bucket: z.string(),
      currency: currency.nullable(),
      machines: z.number().int(),
      hours: decimal,
      billed_hours: decimal.nullable(),
      cost: decimal.nullable(),
    }),
  ),
  scenarios: z.array(
    z.strictObject({
      scenario: z.string(),
      currency: currency.nullable(),
      quantity: decimal.nullable(),
      quantity_unit: z.string().nullable(),
      cost: decimal.nullable(),
      permitted: z.boolean().nullable(),
      reason: z.string().nullable(),
      loses: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  findings: z.strictObject({ error: z.number().int(), warning: z.number().int(), info: z.number().int() }),
})
export type Summary = z.output<typeof summarySchema>

/** The JSON Schema that ships as `src/output/summary.schema.json`. */
export function summaryJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(summarySchema), title: 'summary.json' }
}

/** Collects the figures of a run whose ledger and licence comparison are built. */
export async function summarise(engine: Engine, run: { version: string; period: Period }): Promise<Summary> {
  const criteria = await engine.rows('select criterion, grade, reason from ledger.data_grade order by criterion')
  const figures = await engine.rows(
    'select figure, amount_text(value) as value, unit, billing_currency as currency, reason from ledger.figure order by figure, billing_currency nulls first',
  )
  const buckets = await engine.rows(
    `select bucket, billing_currency as currency, machines, amount_text(hours) as hours, amount_text(billed_hours) as billed_hours, amount_text(cost) as cost
     from (${modelText('src/output/bucket.sql')}) b order by bucket, billing_currency nulls first`,
  )
  const scenarios = await engine.rows(
    `select scenario, billing_currency as currency, amount_text(quantity) as quantity, quantity_unit, amount_text(cost) as cost, permitted, reason, loses, note
         from licensing.scenario order by scenario, billing_currency nulls first`,
  )
  const counted = await engine.rows(
    "select case severity when 'broken' then 'error' else severity end as severity, cast(count(*) as integer) as findings from ledger.finding group by 1",
  )
  const count = (severity: Finding['severity']): number =>
    Number(counted.find((row) => row.severity === severity)?.findings ?? 0)
  return {
    schema_version: SCHEMA_VERSION,
    tool: { name: 'hourwise', version: run.version },
    period: { from_day: run.period.fromDay, until_day: run.period.untilDay },
    data_grade: {
      grade: criteria
        .map((row) => String(row.grade))
        .sort()
        .at(-1) as Summary['data_grade']['grade'],
      criteria: criteria as Row[] as Summary['data_grade']['criteria'],
    },
    figures: figures as Row[] as Summary['figures'],
    buckets: buckets.map((row) => ({ ...row, machines: Number(row.machines) })) as Summary['buckets'],
    scenarios: scenarios as Row[] as Summary['scenarios'],
    findings: { error: count('error'), warning: count('warning'), info: count('info') },
  }
}

/** The value of a figure as decimal text; null when it cannot be computed or is not there. */
export function figureOf(summary: Summary, figure: string, currency: string | null = null): string | null {
  return summary.figures.find((entry) => entry.figure === figure && entry.currency === currency)?.value ?? null
}

/** The currencies of the bill, sorted. */
export function currenciesOf(summary: Summary): string[] {
  return summary.figures.filter((entry) => entry.figure === 'total_cost').map((entry) => String(entry.currency))
}
