import { type Engine, sqlName } from '../engine/engine.ts'
import { modelText } from '../engine/model.ts'
import { renderXlsx, type Sheet, type SheetColumnKind } from '../report/xlsx.ts'
import { keyOf, TABLE_FILES } from './table_file.ts'

/** Tables that people filter and pivot; ledger and charges stand in their own files, which hold any number of rows. */
const SHEETS = [
  ['Machines', TABLE_FILES.machines],
  ['Actions', TABLE_FILES.actions],
  ['Action machines', TABLE_FILES.action_machines],
  ['Scenarios', TABLE_FILES.scenarios],
] as const

/** `hourwise.xlsx`: what the workbook is, the figures, the tables, the findings. */
export async function workbook(
  engine: Engine,
  about: { title: string; createdAt: number; cover: readonly (readonly [string, string])[] },
): Promise<Buffer> {
  const sheets: Sheet[] = [
    {
      name: 'Cover',
      columns: [
        { label: 'Hourwise', kind: 'text' },
        { label: about.title, kind: 'text' },
      ],
      rows: about.cover,
    },
    await sheetOf(
      engine,
      'Figures',
      'select figure, billing_currency, value, unit, reason from ledger.figure order by billing_currency nulls first, figure',
    ),
  ]
  for (const [name, file] of SHEETS) sheets.push(await sheetOf(engine, name, ordered(modelText(file))))
  sheets.push(
    await sheetOf(
      engine,
      'Findings',
      'select severity, check_name, subject, message, evidence from ledger.finding order by all',
    ),
  )
  return renderXlsx(sheets, about)
}

function ordered(sql: string): string {
  const key = keyOf(sql).map((column) => `t.${sqlName(column)} nulls first`)
  return `select * from (${sql}) t order by ${key.join(', ')}`
}

async function sheetOf(engine: Engine, name: string, sql: string): Promise<Sheet> {
  const described = await engine.describe(sql)
  const rows = await engine.rows(
    `select ${described.map((column) => `${cellOf(column)} as ${sqlName(column.name)}`).join(', ')} from (${sql}) t`,
  )
  return {
    name,
    columns: described.map(({ name, type }) => ({ label: name, kind: kindOf(name, type) })),
    rows: rows.map((row) => described.map(({ name }) => (row[name] ?? null) as string | boolean | null)),
  }
}

/** Moments are written as ISO 8601 text, exact and the same in every time zone. */
function cellOf({ name, type }: { name: string; type: string }): string {
  if (isMoment(name, type)) return `moment_text(t.${sqlName(name)})`
  return kindOf(name, type) === 'boolean' ? `t.${sqlName(name)}` : `cast(t.${sqlName(name)} as varchar)`
}

function kindOf(name: string, type: string): SheetColumnKind {
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE') return 'day'
  return type === 'VARCHAR' || isMoment(name, type) ? 'text' : 'number'
}

function isMoment(name: string, type: string): boolean {
  return name.endsWith('_at') && type === 'BIGINT'
}
