import type { Engine } from '../engine/engine.ts'
import { sqlName, sqlText } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'

/** Tables that are handed out as files of their own, by file name without extension, and the query of each. */
export const TABLE_FILES = {
  ledger: 'src/output/ledger.sql',
  machines: 'src/output/machines.sql',
  charges: 'src/output/charges.sql',
  actions: 'src/output/actions.sql',
  action_machines: 'src/output/action_machines.sql',
  scenarios: 'src/output/scenarios.sql',
} as const

/** The columns that tell the rows of a query apart, as the header of its file says. */
export function keyOf(sql: string): string[] {
  const key = /^-- key: (.+)$/m.exec(sql)?.[1]
  if (key === undefined) throw new Error('the query says no key')
  return key.split(',').map((column) => column.trim())
}

/**
 * Writes a query as CSV after RFC 4180: UTF-8, CRLF, decimals exact with a point and no trailing zeros, moments in ISO
 * 8601 UTC, nothing for NULL; text that a spreadsheet would run as a formula gets an apostrophe in front. Rows are in
 * the order of the key, so that equal data gives equal bytes.
 */
export async function writeCsv(engine: Engine, file: string, path: string): Promise<void> {
  const sql = modelText(file)
  const columns = await engine.describe(sql)
  const written = columns.map(({ name, type }) => `${writtenAs(`t.${sqlName(name)}`, name, type)} as ${sqlName(name)}`)
  await engine.run(
    `copy (select ${written.join(', ')} from (${sql}) t order by ${order(sql)}) to ${sqlText(path)} (format csv, header, new_line '\\r\\n')`,
  )
}

/** Writes a query as Parquet, decimals as decimals, in the order of the key. */
export async function writeParquet(engine: Engine, file: string, path: string): Promise<void> {
  const sql = modelText(file)
  await engine.run(`copy (select * from (${sql}) t order by ${order(sql)}) to ${sqlText(path)} (format parquet)`)
}

function order(sql: string): string {
  return keyOf(sql)
    .map((column) => `t.${sqlName(column)} nulls first`)
    .join(', ')
}

function writtenAs(expression: string, name: string, type: string): string {
  if (type.startsWith('DECIMAL')) return `amount_text(${expression})`
  if (name.endsWith('_at') && type === 'BIGINT') return `moment_text(${expression})`
  if (type === 'VARCHAR') return `csv_text(${expression})`
  if (['BIGINT', 'INTEGER', 'BOOLEAN', 'DATE', 'HUGEINT'].includes(type)) return expression
  throw new Error(`column ${name} of type ${type} has no way to be written as CSV`)
}
