import type { Engine } from '../engine/engine.ts'
import { EXIT, HourwiseError } from '../errors.ts'
import { type CostSource, openCostLines } from './cost_source.ts'

/** Throws when a line's amount cannot be read or is missing. */
export async function assertAmounts(engine: Engine, source: CostSource): Promise<void> {
  const [bad] = await engine.rows(
    `select cast(sum(unreadable_lines) as bigint) as unreadable, cast(sum(costless_lines) as bigint) as costless, cast(sum(line_count) as bigint) as lines
     from raw.cost_day where file_id = ${source.file.fileId}`,
  )
  if (bad?.['lines'] == null) return
  if (bad['unreadable'] === '0' && bad['costless'] === '0') return
  await openCostLines(engine, [source])
  if (bad['unreadable'] !== '0') {
    const [line] = await engine.rows(
      `select row_number, coalesce(case when cost_amount is null then cost end, effective_cost) as shown
       from cost_file
       where (cost is not null and cost_amount is null)
          or (effective_cost is not null and effective_cost_amount is null)
       order by row_number limit 1`,
    )
    throw unreadableAmount(source, line, String(bad['unreadable']), String(bad['lines']))
  }
  const [line] = await engine.rows(`select min(row_number) as row_number from cost_file where cost is null`)
  throw new HourwiseError(EXIT.input, 'a line of the cost file has no cost', {
    where: `${source.file.path}   (data row ${line?.['row_number']})`,
    details: [
      `without a cost   ${bad['costless']} of ${bad['lines']} lines`,
      `column           ${nameOf(source, 'cost')}`,
    ],
    next: 'Export the file again: a missing amount is not taken for 0.',
  })
}

function unreadableAmount(
  source: CostSource,
  line: Record<string, unknown> | undefined,
  unreadable: string,
  lines: string,
): HourwiseError {
  const shown = String(line?.['shown'] ?? '')
  const isComma = /^[+-]?[\d.]*,\d+([eE][+-]?\d+)?$/.test(shown.trim())
  return new HourwiseError(EXIT.input, isComma ? 'an amount has a decimal comma' : 'an amount cannot be read', {
    where: `${source.file.path}   (data row ${line?.['row_number']})`,
    details: [`it says      ${shown.slice(0, 80)}`, `such lines   ${unreadable} of ${lines}`],
    next: isComma
      ? 'Azure never writes decimal commas; a spreadsheet program saved the file. Use the file as it was exported.'
      : 'Use the file as it was exported: amounts are written as 12.5 or 9.34E-07.',
  })
}

/** Throws when a line has no currency, or one that ISO 4217 does not know. */
export async function assertCurrencies(engine: Engine, source: CostSource): Promise<void> {
  const rows = await engine.rows(
    `select billing_currency, cast(sum(line_count) as bigint) as lines
     from raw.cost_day where file_id = ${source.file.fileId} group by billing_currency order by 1`,
  )
  for (const { billing_currency: currency, lines } of rows) {
    if (isCurrency(currency)) continue
    await openCostLines(engine, [source])
    const [line] = await engine.rows(
      `select min(row_number) as row_number from cost_file where billing_currency is not distinct from $1`,
      [currency ?? null],
    )
    throw new HourwiseError(EXIT.input, currency === null ? 'a line has no currency' : 'a currency is not known', {
      where: `${source.file.path}   (data row ${line?.['row_number']})`,
      details: [
        `it says      ${currency === null ? '(nothing)' : String(currency).slice(0, 40)}`,
        `such lines   ${lines}`,
      ],
      next: `Export the file again; column ${nameOf(source, 'billing_currency')} must hold an ISO 4217 code such as EUR.`,
    })
  }
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

function isCurrency(text: unknown): boolean {
  return typeof text === 'string' && CURRENCIES.has(text.trim().toUpperCase())
}

function nameOf(source: CostSource, column: 'cost' | 'billing_currency'): string {
  return source.names[source.schema.places[column]] ?? column
}
