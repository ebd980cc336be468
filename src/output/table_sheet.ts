import { type Engine, sqlName } from '../engine/engine.ts'
import { rowsOfSheet, type Sheet, type SheetCell, type SheetColumnKind } from '../report/xlsx.ts'

/**
 * An ordered query as one sheet, or as several where its rows do not fit one (`mostRows`: how many do, of so many columns).
 * Rows come from the engine as they are written, sheet by sheet.
 */
export async function sheetsOf(engine: Engine, name: string, sql: string, mostRows = rowsOfSheet): Promise<Sheet[]> {
  const described = await engine.describe(sql)
  const [counted] = await engine.rows(`select cast(count(*) as integer) as n from (${sql}) t`)
  const most = mostRows(described.length)
  const parts = Math.max(1, Math.ceil(Number(counted?.['n'] ?? 0) / most))
  const names = described.map((column) => column.name)
  const cells = described.map((column) => `${cellOf(column)} as ${sqlName(column.name)}`).join(', ')
  return Array.from({ length: parts }, (_, at) => {
    const label = at === 0 ? name : `${name} ${at + 1}`
    const part = parts === 1 ? sql : `select * from (${sql}) s limit ${most} offset ${at * most}`
    return {
      name: label,
      table: label.replace(/ /g, '_'),
      columns: described.map((column) => ({ label: column.name, kind: kindOf(column) })),
      rows: cellRows(engine, `select ${cells} from (${part}) t`, names),
    }
  })
}

async function* cellRows(engine: Engine, sql: string, names: readonly string[]): AsyncGenerator<SheetCell[]> {
  for await (const rows of engine.batches(sql))
    for (const row of rows) yield names.map((name) => (row[name] ?? null) as SheetCell)
}

/** Moments are written as ISO 8601 text, exact and the same in every time zone. */
function cellOf(column: { name: string; type: string }): string {
  const name = `t.${sqlName(column.name)}`
  if (isMoment(column)) return `moment_text(${name})`
  if (column.type.startsWith('DECIMAL')) return `amount_text(${name})`
  return kindOf(column) === 'boolean' ? name : `cast(${name} as varchar)`
}

function kindOf(column: { name: string; type: string }): SheetColumnKind {
  if (column.type === 'BOOLEAN') return 'boolean'
  if (column.type === 'DATE') return 'day'
  if (column.type === 'VARCHAR' || isMoment(column)) return 'text'
  if (!column.type.startsWith('DECIMAL')) return 'count'
  return /^(cost|amount|saving|low|base|high)|_cost$/.test(column.name) ? 'money' : 'number'
}

function isMoment({ name, type }: { name: string; type: string }): boolean {
  return name.endsWith('_at') && type === 'BIGINT'
}
